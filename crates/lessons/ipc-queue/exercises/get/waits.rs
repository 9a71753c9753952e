//! How, and for how long, a reader waits for an item and for the turn of another process.

use std::sync::atomic::Ordering;
use std::thread::sleep;
use std::time::{Duration, Instant};

use check::{
    Ours, Recorded, expect_in_time, expect_rest, may_be_looked_at, use_of, use_of_process,
};
use ipc_queue::{GetError, Receiver};
use multiprocess::Process;

use crate::{GAVE_UP, Shared, looker, other, put, queue, shared, until};

pub(crate) const AN_HOUR: Duration = Duration::from_secs(3600);

/// The number of tries of which one has to end without a sleep.
const TRIES: u32 = 5;

/// Checks that `try_get` neither gets an item nor waits. One call may have to sleep for another reason.
pub(crate) fn try_get_is_empty_at_once(receiver: &Receiver<u32>, when: &str) {
    let sleeps = || {
        let (got, used) = use_of(|| receiver.try_get());
        assert!(
            matches!(got, Err(GetError::Empty)),
            "{when}: `try_get` should return Empty, not {got:?}"
        );
        used.sleeps > 0
    };
    assert!(
        !(0..TRIES).all(|_| sleeps()),
        "{when}, and `try_get` went to sleep in each of {TRIES} calls: it should return Empty at once"
    );
}

pub(crate) fn limit() {
    let (_sender, receiver) = queue::<u32>();
    expect_ends_at(&receiver, Duration::from_millis(100), 5);
    expect_ends_at(&receiver, Duration::from_millis(10), 15);
}

/// On a busy machine a call may take longer, so it is enough if one of several returns in time: before
/// `times` its limit.
fn expect_ends_at(receiver: &Receiver<u32>, limit: Duration, times: u32) {
    let mut shortest = Duration::MAX;
    for _ in 0..5 {
        let begun = Instant::now();
        let _empty = receiver.get_timeout(limit);
        shortest = shortest.min(begun.elapsed());
        if shortest < times * limit {
            return;
        }
    }
    expect_in_time(false, || {
        format!(
            "`get_timeout({limit:?})` of an empty queue waited for {shortest:?} or longer in each of five \
             calls: the limit covers the wait for the turn and for the item."
        )
    });
}

/// Another process has its turn until half of the limit is over, gets the last item, and puts one when the
/// limit is over: no item came in time. On a busy machine the call may begin late, and get that item, so it
/// is enough if one of several runs ends at the limit.
pub(crate) fn turn_and_item() {
    let mut is_ever_empty = false;
    for millis in [300, 600, 1200] {
        let limit = Duration::from_millis(millis);
        let (sender, receiver) = queue();
        put(&sender, [1]);
        let (stage, childs) = (shared(), other(&receiver));
        let (told, half) = (stage.clone(), limit / 2);
        // Returns whether the second item came in time for a limit that began with the turn.
        let reads = move || {
            let mut over = Instant::now();
            let look = |_: &u32| {
                told.store(1, Ordering::SeqCst);
                until(&told, 2);
                sleep(half);
                over = Instant::now();
            };
            assert_eq!(childs.get_with(look).ok(), Some(1), "the only item");
            sleep(half + half / 2);
            put(&sender, [2]);
            over.elapsed() < limit
        };
        let reader = Process::start("reader", reads).ours("process");
        until(&stage, 1);
        stage.store(2, Ordering::SeqCst);
        let begun = Instant::now();
        let got = receiver.get_timeout(limit);
        let took = begun.elapsed();
        let is_in_time = reader.join().expect("a reader ends by itself");
        let is_empty = matches!(got, Err(GetError::Empty));
        assert!(
            !is_empty || took >= limit,
            "another process had its turn until half of the limit was over, and left an empty queue. Then \
             `get_timeout({limit:?})` returned Empty after {took:?}: the rest of the limit is for the item"
        );
        if is_empty && is_in_time {
            return;
        }
        is_ever_empty |= is_empty;
    }
    expect_in_time(is_ever_empty, || {
        "In each of three runs, another process had its turn until half of the limit was over. Then \
         there was no item until the limit was over, but `get_timeout` waited for it: the limit should \
         not begin again with the turn."
            .to_owned()
    });
}

pub(crate) fn patience() {
    let (sender, receiver) = queue();
    put(&sender, 1..=3);
    let stage = shared();
    let looker = looker(&receiver, &stage);
    until(&stage, 1);
    for millis in [0, 1, 150] {
        let limit = Duration::from_millis(millis);
        let begun = Instant::now();
        let got = receiver.get_timeout(limit);
        let took = begun.elapsed();
        expect_in_time(stage.load(Ordering::SeqCst) != GAVE_UP, || {
            format!(
                "`get_timeout({limit:?})` still waited after {took:?}, while another process had its turn: \
                 the limit was over, but it waited until the turn was free."
            )
        });
        assert!(
            matches!(got, Err(GetError::Empty)) && took >= limit,
            "another process looks at an item all the time: `get_timeout({limit:?})` should return \
             Empty at its limit, not {got:?} after {took:?}"
        );
    }
    get_waits_for_turn(&receiver, looker, &stage);
}

/// While the looker has its turn, `get` waits without a limit.
fn get_waits_for_turn(receiver: &Receiver<u32>, looker: Process<Option<u32>>, stage: &Shared) {
    let (childs, told) = (other(receiver), stage.clone());
    let second = Process::start("second", move || {
        let got = childs.get().ok();
        (got, told.load(Ordering::SeqCst))
    });
    let second = second.ours("process");
    sleep(Duration::from_millis(200));
    stage.store(2, Ordering::SeqCst);
    assert_eq!(looker.join().ok().flatten(), Some(1), "the looker's item");
    assert_eq!(
        second.join().ok(),
        Some((Some(2), 2)),
        "the item that a second process gets that comes while the first one looks, and when (2: afterwards)"
    );
    assert_eq!(receiver.get().ok(), Some(3), "the item that is left");
}

/// Starts a process that gets an item, and returns when its call is about to begin.
fn reader(
    name: &str,
    receiver: &Receiver<u32>,
    get: fn(&Receiver<u32>) -> Result<u32, GetError>,
) -> Process<(Option<u32>, f64)> {
    let (childs, stage) = (other(receiver), shared());
    let begins = stage.clone();
    let gets = move || {
        may_be_looked_at();
        begins.store(1, Ordering::SeqCst);
        let (got, used) = use_of_process(|| get(&childs).ok());
        (got, used.cpu.as_secs_f64())
    };
    let reader = Process::start(name, gets).ours("process");
    until(&stage, 1);
    reader
}

/// The first process waits for an item, the second one for the turn of the first.
pub(crate) fn forever() {
    let recorded = Recorded::begin();
    let (sender, receiver) = queue();
    let readers = ["first", "second"].map(|name| {
        let reader = reader(name, &receiver, Receiver::get);
        recorded.expect_waits(name);
        reader
    });
    expect_turns(&recorded);
    expect_rests(&readers);
    put(&sender, [1, 2]);
    expect_both(readers);
}

/// The kernel shows how they wait: the log of a wait with a limit looks like that of a poll.
pub(crate) fn within_a_limit() {
    let recorded = Recorded::begin();
    let (sender, receiver) = queue();
    let readers = ["first", "second"].map(|name| {
        let get = |receiver: &Receiver<u32>| receiver.get_timeout(AN_HOUR);
        let reader = reader(name, &receiver, get);
        expect_rest(reader.pid(), &format!("The {name} of two readers"));
        recorded.expect_one_wait(name);
        reader
    });
    expect_turns(&recorded);
    put(&sender, [1, 2]);
    expect_both(readers);
}

/// One process has its turn, and waits for an item; the other one waits for its turn.
fn expect_turns(recorded: &Recorded) {
    let waits_for = ["first", "second"].map(|name| recorded.waits_for(name).unwrap_or_default());
    assert_eq!(
        waits_for,
        ["queue", "queue: get"],
        "what two processes wait for: the first has its turn, and waits for an item of the queue; the second \
         waits for its turn, which is the lock `queue: get`"
    );
}

fn expect_rests(readers: &[Process<(Option<u32>, f64)>]) {
    for (reader, name) in readers.iter().zip(["first", "second"]) {
        expect_rest(reader.pid(), &format!("The {name} of two readers"));
    }
}

fn expect_both(readers: [Process<(Option<u32>, f64)>; 2]) {
    let its = readers.map(|reader| reader.join().unwrap_or_default());
    let got = its.map(|(got, _)| got);
    assert!(
        got == [Some(1), Some(2)] || got == [Some(2), Some(1)],
        "two processes waited, two items were put, and the processes got {got:?}"
    );
    for (_, seconds) in its {
        assert!(
            seconds < 0.2,
            "two processes waited for an item, but one used the processor for {seconds:.2} s"
        );
    }
}
