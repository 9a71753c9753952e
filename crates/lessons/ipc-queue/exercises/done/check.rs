//! There are as many marks as items; a wait ends at the last mark, without receivers, or at its limit.

#[path = "../../src/done.rs"]
#[expect(dead_code, reason = "the queue uses the rest")]
mod done;
mod looks;
mod steps;

use std::cell::Cell;
use std::process::ExitCode;
use std::thread::sleep;
use std::time::{Duration, Instant};

use check::{Check, Ours, expect_in_time, fault, main as judge};
use done::{Done, JoinError, NothingOutstanding};
use ipc_queue::unbounded;
use multiprocess::Process;
use nix::sys::resource::{UsageWho, getrusage};

fn main() -> ExitCode {
    let limit = Duration::from_secs(5);
    judge(
        "ipc-queue/done",
        &[
            Check::new(
                "marks",
                "as many marks are accepted as there are items, and no more",
                marks,
            )
            .within(limit),
            Check::new(
                "one-step",
                "to check and to mark is one step, whatever other processes do",
                steps::one_step,
            )
            .within(limit),
            Check::new(
                "join",
                "the wait ends when every item is marked; the pauses between two checks are short (`LONGEST_SLEEP`)",
                join,
            )
            .within(2 * limit),
            Check::new("limit", "the wait ends at its limit, not before", limits).within(limit),
            Check::new("gone", "the wait ends when no receiver is left", gone).within(limit),
            Check::new(
                "last-look",
                "a mark that was made in time counts, even if its receiver has gone",
                looks::last,
            )
            .within(limit),
            Check::new(
                "left",
                "the error has the number of items that are left at the end",
                looks::left,
            )
            .within(limit),
            Check::new("sleeps", "it sleeps between two checks", sleeps).within(limit),
            Check::new(
                "queue",
                "it works in a queue between processes",
                queue,
            )
            .within(limit),
        ],
    )
}

fn new() -> Done {
    Done::new().ours("memory to share")
}

/// Returns how many of `put` items are not done when `done` of them are.
fn beyond(put: u32) -> impl Fn(u32) -> u32 {
    move |done| put.wrapping_sub(done)
}

fn marks() {
    let done = new();
    for round in 1..=3 {
        let put = 5 * round;
        for mark in 1..=5 {
            assert_eq!(
                done.task_done(beyond(put)),
                Ok(()),
                "mark {mark} of 5 items"
            );
            let left = done.outstanding(beyond(put));
            assert_eq!(
                left,
                5 - mark,
                "items that are not done after mark {mark} of 5"
            );
        }
        for _ in 0..2 {
            let one_more = done.task_done(beyond(put));
            assert_eq!(
                one_more,
                Err(NothingOutstanding),
                "one mark more than items"
            );
        }
        assert_eq!(
            done.outstanding(beyond(put)),
            0,
            "items that are not done after a refused mark"
        );
    }
}

/// A limit of seven weeks of which little is left if its milliseconds, microseconds or nanoseconds are cut off
/// to 32 bits, or its milliseconds to 16.
const WEEKS: Duration = Duration::from_millis((1 << 32) + 20);
/// The least time of a look: 40 looks take longer than what is left of `WEEKS` then.
const LOOK: Duration = Duration::from_millis(2);

fn join() {
    let done = new();
    let long = Duration::from_secs(3600);
    for limit in [long, Duration::ZERO] {
        assert_eq!(
            done.join_timeout(limit, || 0, || false),
            Ok(()),
            "nothing is outstanding, with a limit of {limit:?}"
        );
    }
    assert_eq!(
        done.join_timeout(long, || 0, || true),
        Ok(()),
        "nothing is outstanding, and no receiver is left"
    );
    let endless = Duration::from_secs(u64::MAX);
    for (limit, looks) in [(WEEKS, 40), (endless, 10), (Duration::MAX, 10)] {
        // Pauses that grow without a bound become too long before the last look.
        let left = Cell::<u32>::new(looks);
        let outstanding = || {
            sleep(LOOK);
            left.set(left.get().checked_sub(1).unwrap_or_else(looked_again));
            left.get()
        };
        let joined = done.join_timeout(limit, outstanding, || false);
        assert_eq!(
            joined,
            Ok(()),
            "items are marked while it waits, with a limit of {limit:?}"
        );
        assert_eq!(
            left.get(),
            0,
            "looks that are left: it looks until no item is outstanding, and then stops"
        );
    }
}

/// An item that is put between two looks would be waited for.
fn looked_again() -> u32 {
    fault("A look had found no item outstanding, but the wait looked again: it should return then.")
}

fn limits() {
    let done = new();
    for (millis, items) in [(0, 3), (1, 1), (120, 7)] {
        let limit = Duration::from_millis(millis);
        let begun = Instant::now();
        let joined = done.join_timeout(limit, || items, || false);
        let took = begun.elapsed();
        assert_eq!(
            joined,
            Err(JoinError::Timeout(items)),
            "{items} items are never marked"
        );
        assert!(
            took >= limit,
            "it gave up after {took:?}, but its limit was {limit:?}"
        );
    }
    not_before_its_last_part(&done);
    not_much_later(&done);
    although_items_are_marked(&done);
}

/// Nothing is left of this limit if only its whole milliseconds count. A pause of a busy machine may hide an
/// early end, but not each time.
fn not_before_its_last_part(done: &Done) {
    let limit = Duration::from_micros(950);
    for _ in 0..20 {
        let begun = Instant::now();
        let _timeout = done.join_timeout(limit, || 1, || false);
        let took = begun.elapsed();
        assert!(
            took >= limit,
            "it gave up after {took:?}, but its limit was {limit:?}"
        );
    }
}

/// A short limit shows whether a pause goes on beyond it.
fn not_much_later(done: &Done) {
    for (limit, latest, calls) in [(300, 540, 3), (10, 50, 5)] {
        let [limit, latest] = [limit, latest].map(Duration::from_millis);
        let took = || {
            let begun = Instant::now();
            let _timeout = done.join_timeout(limit, || 1, || false);
            begun.elapsed()
        };
        // On a busy machine a wait may end late, so one of several is enough.
        let is_late = (0..calls).all(|_| took() > latest);
        expect_in_time(!is_late, || {
            format!("each of {calls} waits with a limit of {limit:?} took longer than {latest:?}")
        });
    }
}

/// Each look takes more than half of the limit, and finds that one more item is marked. So the limit is over
/// after two looks, on any machine, but not between two looks if each mark starts it again.
fn although_items_are_marked(done: &Done) {
    let limit = Duration::from_millis(200);
    let left = Cell::new(10_u32);
    let outstanding = || {
        sleep(limit * 3 / 5);
        left.set(left.get().saturating_sub(1));
        left.get()
    };
    let joined = done.join_timeout(limit, outstanding, || false);
    assert!(
        matches!(joined, Err(JoinError::Timeout(_))),
        "other processes mark items while it waits, but some are left when its limit is over: Timeout was \
         expected, not {joined:?}. Neither a mark nor a slow look prolongs the limit"
    );
}

fn gone() {
    let done = new();
    for limit in [Duration::from_secs(3600), Duration::MAX] {
        let joined = done.join_timeout(limit, || 4, || true);
        assert_eq!(
            joined,
            Err(JoinError::Disconnected(4)),
            "no receiver is left for 4 items"
        );
        let looks = Cell::new(0);
        let is_gone = || {
            looks.set(looks.get() + 1);
            looks.get() > 5
        };
        let joined = done.join_timeout(limit, || 2, is_gone);
        assert_eq!(
            joined,
            Err(JoinError::Disconnected(2)),
            "the receivers go while it waits"
        );
    }
}

fn sleeps() {
    let done = new();
    let cpu = || {
        let usage = getrusage(UsageWho::RUSAGE_SELF).ours("count of the kernel");
        [usage.user_time(), usage.system_time()]
            .map(|time| time.tv_sec() * 1_000_000 + time.tv_usec())
            .iter()
            .sum::<i64>()
    };
    let before = cpu();
    let looks = Cell::new(0);
    let outstanding = || {
        looks.set(looks.get() + 1);
        1
    };
    let joined = done.join_timeout(Duration::from_millis(800), outstanding, || false);
    let used = (cpu() - before) / 1000;
    assert_eq!(
        joined,
        Err(JoinError::Timeout(1)),
        "an item is never marked"
    );
    assert!(
        used < 200 && looks.get() < 2_000,
        "while it waited for 800 ms, it looked {} times and used the processor for {used} ms: it \
         polls all the time; pauses of a millisecond are short enough",
        looks.get()
    );
}

fn queue() {
    let (sender, receiver) = unbounded().ours("memory to share");
    for number in 0..200_u32 {
        sender.put(number).expect("there is room");
    }
    let mut readers = Vec::new();
    for name in ["reader 1", "reader 2"] {
        let receiver = receiver.try_clone().ours("descriptor");
        let read = move || {
            receiver
                .iter()
                .flatten()
                .all(|_| receiver.task_done().is_ok())
        };
        readers.push(Process::start(name, read).ours("process"));
    }
    let joined = sender.join_timeout(Duration::from_secs(3600));
    assert!(
        joined.is_ok(),
        "two processes mark 200 items, but the wait ends with {joined:?}"
    );
    assert_eq!(sender.outstanding(), 0, "items that are not done");
    assert!(receiver.task_done().is_err(), "a mark too many is accepted");
    sender.put(1).expect("there is room");
    drop((sender, receiver));
    for reader in readers {
        assert!(
            reader.join().expect("it ends well"),
            "a reader could not mark an item"
        );
    }
}
