//! A join with a limit, in every schedule.
//!
//! A story opens its gate before it asserts anything: a handle that a panic drops waits for its thread.

use std::sync::Arc;
use std::time::Duration;

use check::{Check, explored};
use explore::primitives::{Condvar, Mutex};
use explore::{at, now, panics, tell, threads_may_panic, time_passes, together, wakes_late};
use threads::{JoinError, Thread, start};

/// A body that does not end takes a check with it.
const LIMIT: Duration = Duration::from_secs(20);
/// Where a story lets no time pass, this is never over.
const LONG: Duration = Duration::from_secs(3600);
/// The limit that is tried in a run in which time passes. It is not a whole number of milliseconds: an
/// answer that counts in these may wait longer, but not shorter.
const SHORT: Duration = Duration::from_nanos(120_000_500);
/// No time passes besides that of waits, so a wait that knows its limit is over by then.
const OVER: Duration = Duration::from_millis(122);

const fn check(name: &'static str, holds: &'static str, run: fn()) -> Check {
    Check::new(name, holds, run).within(LIMIT)
}

pub(crate) const CHECKS: [Check; 8] = [
    check("news", "the end of the thread ends the wait", news),
    check(
        "ended",
        "of a thread that has ended it gives what a join gives, without any time, too",
        ended,
    ),
    check(
        "panicked",
        "of a thread that has panicked it gives the error that a join gives",
        panicked,
    ),
    check(
        "back",
        "at the limit the handle comes back, as good as before",
        back,
    ),
    check(
        "in-time",
        "the wait is over at its limit, and not before",
        in_time,
    ),
    check(
        "late",
        "a thread that ends in time is joined, and another one not",
        late,
    ),
    check(
        "itself",
        "a thread that joins itself gets an error, and no other one",
        itself,
    ),
    check(
        "asks",
        "it waits until then, and does not look again and again",
        asks,
    ),
];

type Joined<T> = Result<Result<T, JoinError>, Thread<T>>;

/// A result as it is compared: the handle that comes back is let go, and may be waited for.
fn without_handle<T>(joined: Joined<T>) -> Result<Result<T, JoinError>, &'static str> {
    joined.map_err(|_still_runs| "the handle")
}

fn thread<T: Send + 'static>(function: impl FnOnce() -> T + Send + 'static) -> Thread<T> {
    start("Thread_1", function).expect("there is room for a thread")
}

/// What a thread waits for before it ends.
#[derive(Default)]
struct Gate {
    is_open: Mutex<bool>,
    opened: Condvar,
}

impl Gate {
    fn open(&self) {
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
fn gated() -> (Thread<u32>, Arc<Gate>) {
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
        let joined = thread(|| 42).join_timeout(limit);
        assert_eq!(
            without_handle(joined),
            Ok(Ok(42)),
            "a thread that ends, joined with a limit of {limit:?}"
        );
        let (thread, gate) = gated();
        let joins = Mutex::new(Some(thread));
        let join = || {
            let thread = joins.lock().take().expect("it is joined once");
            let joined = thread.join_timeout(limit);
            assert_eq!(
                without_handle(joined),
                Ok(Ok(7)),
                "a thread that another one lets end, joined with a limit of {limit:?}"
            );
        };
        together(&[&join, &|| gate.open()]);
    }
    explored(|| joins_within(LONG));
    explored(|| joins_within(Duration::MAX));
}

fn ended() {
    explored(|| {
        let thread = thread(|| 42);
        let still_ran = thread.is_alive();
        match thread.join_timeout(Duration::ZERO) {
            Ok(joined) => assert_eq!(joined, Ok(42), "a thread that has ended"),
            Err(thread) => {
                assert!(
                    still_ran,
                    "the thread has ended, and join_timeout(0 s) gives the handle back"
                );
                assert_eq!(thread.join(), Ok(42), "the handle that came back, joined");
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
            "a thread has panicked, and the one that joins it with a limit panics, too"
        );
        let error = JoinError::Panicked {
            thread: "Thread_1".to_owned(),
            message: "no more".to_owned(),
        };
        assert_eq!(
            joined.map(without_handle),
            Some(Ok(Err(error))),
            "a thread that has panicked, joined with a limit"
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
                assert!(is_same, "the handle that comes back is of another thread");
                assert_eq!(thread.join(), Ok(7), "the handle that came back, joined");
            }
            Ok(Ok(joined)) | Err(joined) => {
                panic!("the thread still runs, and join_timeout({limit:?}) gives {joined:?}")
            }
        }
    }
    explored(|| comes_back(Duration::ZERO));
    explored(|| comes_back(SHORT));
}

/// The wait is woken for nothing after each `step`.
fn in_passing_time(step: Duration) -> (Thread<u32>, Arc<Gate>) {
    time_passes(step);
    let (thread, gate) = gated();
    let opens = Arc::clone(&gate);
    at(OVER, move || {
        opens.open();
        panic!("{SHORT:?} are over, and join_timeout({SHORT:?}) still waits")
    });
    (thread, gate)
}

fn in_time() {
    fn gives_up(step: Duration) {
        let (thread, gate) = in_passing_time(step);
        let joined = thread.join_timeout(SHORT);
        let took = now();
        gate.open();
        assert_eq!(
            without_handle(joined),
            Err("the handle"),
            "a thread that still runs"
        );
        assert!(
            took >= SHORT,
            "join_timeout({SHORT:?}) gives up after {took:?}"
        );
    }
    explored(|| gives_up(10 * SHORT));
    explored(|| gives_up(SHORT / 3));
    explored(|| gives_up(SHORT / 7));
}

/// The thread ends in time, and the one that waits for it is woken later.
fn woken_too_late() {
    wakes_late();
    let joined = thread(|| 42).join_timeout(SHORT);
    assert_eq!(
        without_handle(joined),
        Ok(Ok(42)),
        "a thread that has ended before {SHORT:?} were over, and the one that joins it is woken later"
    );
}

/// The gate is opened in the middle of the wait. Whether the thread then ends before the limit depends on
/// the schedule.
fn late() {
    explored(|| {
        let (thread, gate) = in_passing_time(SHORT / 7);
        let opens = Arc::clone(&gate);
        at(SHORT / 2, move || opens.open());
        let joined = thread.join_timeout(SHORT);
        let took = now();
        gate.open();
        match joined {
            Ok(joined) => assert_eq!(joined, Ok(7), "a thread that ends in time"),
            Err(thread) => {
                assert!(
                    took >= SHORT,
                    "join_timeout({SHORT:?}) gives up after {took:?}"
                );
                assert_eq!(thread.join(), Ok(7), "the handle that came back, joined");
            }
        }
    });
    explored(woken_too_late);
}

/// One thread joins another one of the same name, which still runs.
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
        Ok(Err(other)) => assert_eq!(other.join(), Ok(7), "the handle that came back, joined"),
        joined => panic!(
            "a thread joins another one of the same name, which still runs, and join_timeout({SHORT:?}) \
             gives {joined:?}"
        ),
    }
}

fn itself() {
    fn joins_itself(limit: Duration) {
        let place = Arc::new(Mutex::new(None::<Thread<()>>));
        let theirs = Arc::clone(&place);
        let thread = thread(move || {
            // The other one may not have put it there yet.
            let itself = theirs.lock().take();
            if let Some(itself) = itself {
                let thread = "Thread_1".to_owned();
                assert_eq!(
                    without_handle(itself.join_timeout(limit)),
                    Ok(Err(JoinError::Itself { thread })),
                    "a thread joins itself with a limit of {limit:?}"
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

/// This time is over in one wait, or in as many as there are slices. A story with more than some
/// hundred waits is ended as one that asks.
fn asks() {
    const MANY: Duration = Duration::from_secs(25);
    explored(|| {
        time_passes(MANY);
        let (thread, gate) = gated();
        let joined = thread.join_timeout(MANY);
        let took = now();
        gate.open();
        assert_eq!(
            without_handle(joined),
            Err("the handle"),
            "a thread that still runs"
        );
        assert!(
            took >= MANY,
            "join_timeout({MANY:?}) gives up after {took:?}"
        );
    });
}
