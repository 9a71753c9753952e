//! Each item goes to one process, in whatever order processes read and die.

mod deaths;
mod ends;
mod turns;
mod waits;

use std::process::ExitCode;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::sleep;
use std::time::Duration;

use borsh::{BorshDeserialize, BorshSerialize};
use check::{Check, Ours, fault, main as judge, numbers};
use ipc_queue::{GetError, Receiver, Sender, unbounded};
use ipc_shared::AtomicValue;
use multiprocess::Process;

const fn check(name: &'static str, holds: &'static str, run: fn()) -> Check {
    Check::new(name, holds, run).within(Duration::from_secs(8))
}

fn main() -> ExitCode {
    judge(
        "ipc-queue/get",
        &[
            check("order", "items are got in order, each once", order),
            check("end", "the end comes after the last item only", ends::end),
            check(
                "type",
                "an item that cannot be decoded is an error, and is removed",
                none_of_the_type,
            ),
            check(
                "limit",
                "one limit covers the wait for the turn and for the item",
                waits::limit,
            ),
            check("look", "`look` sees an item that is in the queue", look),
            check(
                "turn",
                "an item is removed before the turn is over",
                turns::removed_in_turn,
            ),
            check(
                "one",
                "while a process looks at an item, no other process gets one",
                one_at_a_time,
            ),
            check(
                "patience",
                "a reader's limit also holds while another reader has its turn",
                waits::patience,
            ),
            check(
                "anew",
                "the time in which a process waits for its turn is part of its limit",
                waits::turn_and_item,
            ),
            check(
                "looking",
                "a process that is killed in `look` leaves the item to the next one",
                deaths::in_look,
            ),
            check(
                "panics",
                "a process that panics in `look` leaves the item and the turn to the next one",
                deaths::panic_in_look,
            ),
            check(
                "killed",
                "wherever a reader is killed, at most its own item is lost",
                deaths::anywhere,
            ),
            check(
                "waits",
                "it waits for an item, and does not poll",
                waits::forever,
            ),
            check(
                "waits-limit",
                "it waits for an item with a limit, too, and does not poll",
                waits::within_a_limit,
            ),
            Check::new("many", "four readers get each of 40,000 items once", many),
            Check::new(
                "one-core",
                "four readers get each item once on one core, too",
                many,
            )
            .on_one_core(),
        ],
    )
}

fn queue<T: common::Message>() -> (Sender<T>, Receiver<T>) {
    unbounded().ours("memory to share")
}

fn put<T: common::Message>(sender: &Sender<T>, items: impl IntoIterator<Item = T>) {
    for item in items {
        assert!(sender.put(item).is_ok(), "there is room");
    }
}

fn other<T: common::Message>(receiver: &Receiver<T>) -> Receiver<T> {
    receiver.try_clone().ours("descriptor")
}

fn order() {
    let (sender, receiver) = queue();
    let items = numbers("order", 60, 0..=1_000_000);
    put(&sender, items.clone());
    let long = Duration::from_secs(3600);
    for (place, expected) in items.iter().enumerate() {
        assert_eq!(receiver.len(), 60 - place, "items in the queue");
        let (how, got) = match place % 4 {
            0 => ("get", receiver.get()),
            1 => ("try_get", receiver.try_get()),
            2 => ("get_timeout", receiver.get_timeout(long)),
            // The item is there, so no time is needed to wait for it.
            _ => ("get_timeout(0)", receiver.get_timeout(Duration::ZERO)),
        };
        match got {
            Ok(got) => assert_eq!(got, *expected, "item {place}, got by `{how}`"),
            Err(error) => fault(format!("`{how}` of item {place} failed: {error}.")),
        }
    }
    assert!(receiver.is_empty(), "the queue is not empty at the end");
}

/// A number other than 13. Its borsh traits are written by hand, because their derives look for a manifest.
#[derive(Debug, PartialEq, Eq)]
struct Lucky(u32);

impl BorshSerialize for Lucky {
    fn serialize<W: std::io::Write>(&self, writer: &mut W) -> std::io::Result<()> {
        self.0.serialize(writer)
    }
}

impl BorshDeserialize for Lucky {
    fn deserialize_reader<R: std::io::Read>(reader: &mut R) -> std::io::Result<Self> {
        turns::looks();
        match u32::deserialize_reader(reader)? {
            13 => Err(std::io::Error::other("13 is not lucky")),
            number => Ok(Self(number)),
        }
    }
}

fn none_of_the_type() {
    let (sender, receiver) = queue();
    put(&sender, [1, 13, 2, 13, 13, 3].map(Lucky));
    for expected in [Some(1), None, Some(2), None, None, Some(3)] {
        let left = receiver.len();
        let got = receiver.get_with(|item| {
            // Not an assertion: the student's code may catch its panic.
            if item.0 == 13 {
                fault("`look` is called for an item that cannot be decoded.");
            }
        });
        match (expected, got) {
            (Some(number), Ok(Lucky(got))) if got == number => {}
            (None, Err(GetError::Decode(_))) => {}
            (expected, got) => fault(format!(
                "The items are 1, 13, 2, 13, 13, 3, and 13 cannot be decoded: {expected:?} was \
                 expected (None for an error), but `get_with` returned {got:?}."
            )),
        }
        assert_eq!(receiver.len(), left - 1, "items that are left");
    }
}

fn look() {
    let (sender, receiver) = queue();
    put(&sender, [5, 6, 7]);
    for (expected, left) in [(5, 3), (6, 2), (7, 1)] {
        let mut seen = Vec::new();
        let got = receiver.get_with(|item| {
            seen.push((*item, receiver.len()));
            // A second call in the same turn is an error.
            let expect_in_use = |how: &str, got: Result<_, GetError>| {
                if !matches!(got, Err(GetError::InUse)) {
                    fault(format!(
                        "`{how}` inside `look` should return InUse, not {got:?}."
                    ));
                }
            };
            expect_in_use("try_get", receiver.try_get());
            expect_in_use("get_timeout", receiver.get_timeout(Duration::ZERO));
            expect_in_use("get", receiver.get());
        });
        assert_eq!(got.ok(), Some(expected), "the item that `get_with` returns");
        assert_eq!(
            seen,
            [(expected, left)],
            "the item that `look` sees, and how many items are in the queue then"
        );
        assert_eq!(receiver.len(), left - 1, "items in the queue afterwards");
    }
}

/// A number in shared memory.
type Shared = AtomicValue<AtomicU32>;

fn shared() -> Shared {
    AtomicValue::new(AtomicU32::new(0)).ours("memory to share")
}

fn until(number: &Shared, at_least: u32) {
    while !comes(number, at_least, 1) {}
}

/// Returns whether the number is reached within so many naps of a millisecond, which a busy machine prolongs.
fn comes(number: &Shared, at_least: u32, naps: u32) -> bool {
    let is_there = || number.load(Ordering::SeqCst) >= at_least;
    let is_there_after_nap = |_| {
        sleep(Duration::from_millis(1));
        is_there()
    };
    is_there() || (0..naps).any(is_there_after_nap)
}

/// The stage at which a looker has given up, and how many naps it looks at most. A call that waits for its
/// turn although it must not then returns, and the check can say so.
const GAVE_UP: u32 = 3;
const LOOKS: u32 = 4000;

/// Starts a process that gets an item, sets `stage` to 1 in `look`, and looks until it is 2.
fn looker(receiver: &Receiver<u32>, stage: &Shared) -> Process<Option<u32>> {
    let (receiver, stage) = (other(receiver), stage.clone());
    let get = move || {
        let look = |_: &u32| {
            stage.store(1, Ordering::SeqCst);
            if !comes(&stage, 2, LOOKS) {
                stage.store(GAVE_UP, Ordering::SeqCst);
            }
        };
        receiver.get_with(look).ok()
    };
    Process::start("looker", get).ours("process")
}

fn one_at_a_time() {
    let (sender, receiver) = queue();
    put(&sender, 1..=5);
    let stage = shared();
    let looker = looker(&receiver, &stage);
    until(&stage, 1);
    assert_eq!(receiver.len(), 5, "items while a process looks at one");
    waits::try_get_is_empty_at_once(&receiver, "another process looks at the first item");
    stage.store(2, Ordering::SeqCst);
    assert_eq!(looker.join().ok().flatten(), Some(1), "the looker's item");
    let rest: Vec<_> = (0..4).filter_map(|_| receiver.get().ok()).collect();
    assert_eq!(rest, [2, 3, 4, 5], "the items that are left after that");
}

fn many() {
    const ITEMS: u32 = 40_000;
    let (sender, receiver) = queue();
    let reader = |name: u32| {
        let childs = other(&receiver);
        let read = move || childs.iter().map_while(Result::ok).collect::<Vec<u32>>();
        Process::start(format!("reader {name}"), read).ours("process")
    };
    let readers: Vec<_> = (1..=4).map(reader).collect();
    drop(receiver);
    for item in 0..ITEMS {
        if sender.put(item).is_err() {
            fault(format!("All readers have ended before item {item}."));
        }
    }
    drop(sender);
    let mut got = Vec::new();
    for reader in readers {
        let its = reader.join().expect("a reader ends by itself");
        assert!(
            its.is_sorted_by(|one, next| one < next),
            "a reader got an item after a later one, or one twice"
        );
        got.extend(its);
    }
    let all = got.len();
    got.sort_unstable();
    got.dedup();
    assert_eq!(
        (all, got.len()),
        (ITEMS as usize, ITEMS as usize),
        "how many items four readers got in all, and how many different ones"
    );
}
