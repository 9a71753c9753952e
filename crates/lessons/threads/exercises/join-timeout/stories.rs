//! A join with a limit, in every schedule.
//!
//! A story opens its gate before it asserts anything: if a panic drops a handle, it waits for its thread.

use std::sync::Arc;
use std::time::Duration;

use check::{Check, explored};
use explore::primitives::{Condvar, Mutex};
use explore::{
    FIVE_YEARS, at, now, panics, slices, tell, threads_may_panic, time_jumps_and_stops,
    time_passes, together, wakes_late, without_sleep,
};
use threads::{JoinError, Thread, start};

use crate::in_time::{self, in_passing_time};

/// The limit of each check: a body may never end.
const LIMIT: Duration = Duration::from_secs(20);
/// A limit that is never over in a story in which no time passes.
pub(crate) const LONG: Duration = Duration::from_secs(3600);
/// The limit for a run in which time passes. It is not a whole number of milliseconds: an answer that counts
/// in milliseconds may wait longer, but not shorter.
pub(crate) const SHORT: Duration = Duration::from_nanos(120_000_500);
/// A limit of less than a millisecond.
pub(crate) const SHORTEST: Duration = Duration::from_nanos(700_001);
pub(crate) const DAY: Duration = Duration::from_secs(24 * 3600);

const fn check(name: &'static str, holds: &'static str, run: fn()) -> Check {
    Check::new(name, holds, run).within(LIMIT)
}

pub(crate) const CHECKS: [Check; 9] = [
    check("news", "the end of the thread ends the wait", news),
    check(
        "ended",
        "if the thread has ended, it returns what a join returns, even with a limit of zero",
        ended,
    ),
    check(
        "panicked",
        "if the thread has panicked, it returns the error that a join returns",
        panicked,
    ),
    check(
        "back",
        "at the limit it returns the handle, which can be joined again",
        back,
    ),
    check(
        "in-time",
        "the wait is over at its limit, and not before",
        in_time::in_time,
    ),
    check(
        "late",
        "a thread that ends in time is joined, and a later one is not",
        late,
    ),
    check(
        "itself",
        "a thread that joins itself gets an error, and no other thread does",
        itself,
    ),
    check("two", "two threads can be joined at the same time", two),
    check("asks", "it waits until the limit, and does not poll", asks),
];

pub(crate) type Joined<T> = Result<Result<T, JoinError>, Thread<T>>;

/// Replaces a returned handle by a text, so that results can be compared. The drop may wait for the thread.
pub(crate) fn without_handle<T>(joined: Joined<T>) -> Result<Result<T, JoinError>, &'static str> {
    joined.map_err(|_still_runs| "the handle")
}

fn thread<T: Send + 'static>(function: impl FnOnce() -> T + Send + 'static) -> Thread<T> {
    start("Thread_1", function).expect("there is room for a thread")
}

/// A gate for which a thread waits before it ends.
#[derive(Default)]
pub(crate) struct Gate {
    is_open: Mutex<bool>,
    opened: Condvar,
}

impl Gate {
    pub(crate) fn open(&self) {
        *self.is_open.lock() = true;
        self.opened.notify_all();
    }

    fn pass(&self) {
        let mut is_open = self.is_open.lock();
        while !*is_open {
            is_open = self.opened.wait(is_open);
        }
    }
}

/// A thread that returns 7 when its gate is open.
pub(crate) fn gated() -> (Thread<u32>, Arc<Gate>) {
    let gate = Arc::new(Gate::default());
    let theirs = Arc::clone(&gate);
    let thread = thread(move || {
        theirs.pass();
        7
    });
    (thread, gate)
}

fn news() {
    fn joins_within(limit: Duration) {
        let joins = thread(|| 42);
        let joined = without_sleep(|| joins.join_timeout(limit));
        assert_eq!(
            without_handle(joined),
            Ok(Ok(42)),
            "join_timeout({limit:?}) of a thread that ends"
        );
        let (thread, gate) = gated();
        let joins = Mutex::new(Some(thread));
        let join = || {
            let thread = joins.lock().take().expect("it is joined once");
            let joined = thread.join_timeout(limit);
            assert_eq!(
                without_handle(joined),
                Ok(Ok(7)),
                "join_timeout({limit:?}) of a thread that ends when another thread opens its gate"
            );
        };
        together(&[&join, &|| gate.open()]);
    }
    explored(|| joins_within(LONG));
    // Two limits that cannot be added to a time.
    explored(|| joins_within(Duration::from_secs(u64::MAX)));
    explored(|| joins_within(Duration::MAX));
}

fn ended() {
    explored(|| {
        let thread = thread(|| 42);
        let still_ran = thread.is_alive();
        match thread.join_timeout(Duration::ZERO) {
            Ok(joined) => assert_eq!(joined, Ok(42), "join_timeout(0 s) of an ended thread"),
            Err(thread) => {
                assert!(
                    still_ran,
                    "the thread has ended, but join_timeout(0 s) returned the handle"
                );
                assert_eq!(thread.join(), Ok(42), "join of the returned handle");
            }
        }
    });
}

fn panicked() {
    explored(|| {
        threads_may_panic();
        let thread = thread(|| -> u32 { panic!("no more") });
        let mut joined = None;
        let joiner_panics = panics(|| joined = Some(thread.join_timeout(LONG)));
        assert!(
            !joiner_panics,
            "a thread has panicked, and the thread that joins it with a limit panics, too"
        );
        let error = JoinError::Panicked {
            thread: "Thread_1".to_owned(),
            message: "no more".to_owned(),
        };
        assert_eq!(
            joined.map(without_handle),
            Some(Ok(Err(error))),
            "join_timeout of a panicked thread"
        );
    });
}

fn back() {
    fn comes_back(limit: Duration) {
        time_passes(limit);
        let (thread, gate) = gated();
        let id = thread.id();
        let joined = thread.join_timeout(limit);
        let again = joined.map_or_else(|thread| Ok(thread.join_timeout(limit)), Err);
        gate.open();
        match again {
            Ok(Err(thread)) => {
                let is_same = thread.id() == id && thread.name() == "Thread_1";
                assert!(is_same, "the returned handle belongs to another thread");
                assert_eq!(thread.join(), Ok(7), "join of the returned handle");
            }
            Ok(Ok(joined)) | Err(joined) => {
                panic!("the thread still runs, but join_timeout({limit:?}) returned {joined:?}")
            }
        }
    }
    explored(|| comes_back(Duration::ZERO));
    explored(|| comes_back(SHORT));
}

/// The thread ends in time, and the one that waits for it is woken later.
fn woken_too_late() {
    wakes_late();
    let joined = thread(|| 42).join_timeout(SHORT);
    assert_eq!(
        without_handle(joined),
        Ok(Ok(42)),
        "join_timeout({SHORT:?}) of a thread that has ended in time; the joining thread is woken too late"
    );
}

/// The gate is opened in the middle of the wait. Whether the thread then ends before the limit depends on
/// the schedule.
fn late() {
    explored(|| {
        let (thread, gate) = in_passing_time(SHORT, SHORT / 7);
        let opens = Arc::clone(&gate);
        at(SHORT / 2, move || opens.open());
        let joined = thread.join_timeout(SHORT);
        let took = now();
        gate.open();
        match joined {
            Ok(joined) => assert_eq!(joined, Ok(7), "join_timeout of a thread that ends in time"),
            Err(thread) => {
                assert!(
                    took >= SHORT,
                    "join_timeout({SHORT:?}) gave up after {took:?}"
                );
                assert_eq!(thread.join(), Ok(7), "join of the returned handle");
            }
        }
    });
    explored(woken_too_late);
}

/// A thread joins another thread with the same name, which still runs.
fn another_of_this_name() {
    time_passes(SHORT);
    let (other, gate) = gated();
    let join = move || {
        tell!("joins the other Thread_1, for {SHORT:?} at most");
        other.join_timeout(SHORT)
    };
    let joined = thread(join).join();
    gate.open();
    match joined {
        Ok(Err(other)) => assert_eq!(other.join(), Ok(7), "join of the returned handle"),
        joined => panic!(
            "a thread joins another thread with the same name, which still runs, but join_timeout({SHORT:?}) \
             returned {joined:?}"
        ),
    }
}

fn itself() {
    fn joins_itself(limit: Duration) {
        let place = Arc::new(Mutex::new(None::<Thread<()>>));
        let theirs = Arc::clone(&place);
        let thread = thread(move || {
            // The main thread may not have put the handle there yet.
            let itself = theirs.lock().take();
            if let Some(itself) = itself {
                let thread = "Thread_1".to_owned();
                assert_eq!(
                    without_handle(itself.join_timeout(limit)),
                    Ok(Err(JoinError::Itself { thread })),
                    "join_timeout({limit:?}) in a thread that joins itself"
                );
            }
        });
        *place.lock() = Some(thread);
        let mine = place.lock().take();
        drop(mine);
    }
    explored(|| joins_itself(Duration::ZERO));
    explored(|| joins_itself(LONG));
    explored(another_of_this_name);
}

/// A thread that waits for one thread must not keep another thread from joining a second one.
fn two() {
    explored(|| {
        let (first, gate) = gated();
        let second = thread(|| 8);
        let [first, second] = [first, second].map(|thread| Mutex::new(Some(thread)));
        let join = |thread: &Mutex<Option<Thread<u32>>>| {
            let thread = thread.lock().take().expect("it is joined once");
            without_handle(thread.join_timeout(LONG))
        };
        together(&[
            &|| assert_eq!(join(&first), Ok(Ok(7)), "join_timeout"),
            &|| {
                let joined = join(&second);
                gate.open();
                assert_eq!(joined, Ok(Ok(8)), "join_timeout");
            },
        ]);
    });
}

/// The thread still runs after that time, and ends some time later.
fn ends_after(time: Duration, limit: Duration) {
    let (thread, gate) = gated();
    time_passes(2 * SHORT);
    at(SHORT, move || time_jumps_and_stops(time));
    let joins = Mutex::new(Some(thread));
    let join = || {
        let thread = joins.lock().take().expect("it is joined once");
        let joined = thread.join_timeout(limit);
        let took = now();
        gate.open();
        assert_eq!(
            without_handle(joined),
            Ok(Ok(7)),
            "join_timeout({limit:?}), which returned after {took:?}, of a thread that ends before the limit"
        );
    };
    together(&[&join, &|| gate.open()]);
}

/// One wait is enough for a limit, or one for each slice of a quarter of a second.
fn asks() {
    const MANY: Duration = Duration::from_secs(25);
    explored(|| waits_at_most(MANY, 4 * 25 + 5));
    // Pauses that double are many in a short time, and few in a long one.
    explored(|| waits_at_most(SHORT, 3));
    explored(|| ends_after(10 * DAY, 20 * DAY));
    explored(|| ends_after(FIVE_YEARS, Duration::MAX / 2));
    explored(|| ends_after(FIVE_YEARS, Duration::MAX));
}

/// The thread runs until the limit is over, and nothing else happens.
fn waits_at_most(limit: Duration, most: usize) {
    time_passes(limit);
    let (thread, gate) = gated();
    let joined = thread.join_timeout(limit);
    let took = now();
    gate.open();
    assert_eq!(
        without_handle(joined),
        Err("the handle"),
        "join_timeout of a thread that still runs"
    );
    assert!(
        took >= limit,
        "join_timeout({limit:?}) gave up after {took:?}"
    );
    let waits = slices();
    assert!(
        waits <= most,
        "join_timeout({limit:?}) waited {waits} times for a part of its limit: that is polling"
    );
}
