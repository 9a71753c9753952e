//! A join with a limit gives a value, or the handle back.

use std::fs;
use std::panic;
use std::path::Path;
use std::process::ExitCode;
use std::sync::mpsc::{self, Sender};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use check::{Check, fault, main as judge, numbers, sleeps_in, sleeps_on, use_of, words};
use threads::{JoinError, Thread, start};

/// A body that never returns takes its check with it.
const LIMIT: Duration = Duration::from_secs(10);
/// What is not to be reached.
const LONG: Duration = Duration::from_secs(3600);

const fn check(name: &'static str, holds: &'static str, run: fn()) -> Check {
    Check::new(name, holds, run).within(LIMIT)
}

fn main() -> ExitCode {
    open_gates_at_a_panic();
    judge(
        "threads/join-timeout",
        &[
            check(
                "ended",
                "of a thread that has ended it gives what a join gives",
                ended,
            ),
            check(
                "back",
                "at the limit the handle comes back, as good as before",
                back,
            ),
            check(
                "not-before",
                "it does not come back before the limit",
                not_before,
            ),
            check("news", "the end of the thread ends the wait", news),
            check("itself", "a thread that joins itself gets an error", itself),
            check("asleep", "it sleeps until then, and does not ask", asleep),
            check(
                "woken",
                "the end of the thread wakes it, however long it has slept",
                woken,
            ),
        ],
    )
}

/// What the threads of [`gated`] wait for the end of.
static GATES: Mutex<Vec<Sender<()>>> = Mutex::new(Vec::new());

fn open_gates() {
    GATES.lock().unwrap_or_else(PoisonError::into_inner).clear();
}

/// A check that fails drops its handles, which wait for their threads: then these have to end.
fn open_gates_at_a_panic() {
    let before = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        before(info);
        open_gates();
    }));
}

/// A thread that ends by `end` when the gates are opened.
fn gated<T: Send + 'static>(end: impl FnOnce() -> T + Send + 'static) -> Thread<T> {
    let (open, gate) = mpsc::channel::<()>();
    GATES
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(open);
    let thread = start("Thread_1", move || {
        let _opened = gate.recv();
        end()
    });
    thread.expect("there is room for a thread")
}

fn until_ended<T>(thread: &Thread<T>) {
    while thread.is_alive() {
        thread::sleep(Duration::from_millis(1));
    }
}

/// Joins within the limit, which is long enough.
#[track_caller]
fn joined<T>(thread: Thread<T>, limit: Duration) -> Result<T, JoinError> {
    thread.join_timeout(limit).unwrap_or_else(|_still_runs| {
        fault(format!(
            "The thread has ended, and join_timeout({limit:?}) gives the handle back."
        ))
    })
}

fn ended() {
    let number = numbers("ended", 1, 2..=1000)[0];
    for limit in [
        LONG,
        Duration::from_millis(10),
        Duration::ZERO,
        Duration::MAX,
    ] {
        let thread = gated(move || number);
        open_gates();
        until_ended(&thread);
        assert_eq!(
            joined(thread, limit),
            Ok(number),
            "a thread that has returned, joined with a limit of {limit:?}"
        );
    }
    let name = format!("Thread_{}", words("ended", 1)[0]);
    let panics = start(name.clone(), || panic!("no more")).expect("there is room for a thread");
    until_ended(&panics);
    let expected = JoinError::Panicked {
        thread: name,
        message: "no more".to_owned(),
    };
    assert_eq!(
        joined::<()>(panics, Duration::ZERO),
        Err(expected),
        "a thread that has panicked, joined with a limit"
    );
}

/// Joins a thread that cannot end yet: the handle comes back.
#[track_caller]
fn handed_back<T>(thread: Thread<T>, limit: Duration) -> Thread<T> {
    match thread.join_timeout(limit) {
        Err(thread) => thread,
        Ok(Ok(_)) => fault("The thread still runs, and join_timeout gives a value."),
        Ok(Err(error)) => fault(format!(
            "The thread still runs, and join_timeout says how it has ended: {error}."
        )),
    }
}

fn back() {
    let list = words("back", 3);
    let theirs = list.clone();
    let mut thread = gated(|| theirs);
    let id = thread.id();
    for millis in [50, 0, 1, 200] {
        thread = handed_back(thread, Duration::from_millis(millis));
        assert!(
            thread.is_alive() && thread.id() == id && thread.name() == "Thread_1",
            "the handle that comes back is of another thread"
        );
    }
    open_gates();
    assert_eq!(thread.join(), Ok(list), "the handle that came back, joined");
    // And of a thread that panics after the limit.
    let panics = gated(|| panic!("at last"));
    let panics: Thread<()> = handed_back(panics, Duration::from_millis(20));
    open_gates();
    let joined = panics.join();
    assert!(
        matches!(&joined, Err(JoinError::Panicked { message, .. }) if message == "at last"),
        "a thread that panics after the limit, joined then: {joined:?}"
    );
}

fn not_before() {
    for millis in [300, 20, 700] {
        let thread = gated(|| ());
        let limit = Duration::from_millis(millis);
        let since = Instant::now();
        let thread = handed_back(thread, limit);
        let waited = since.elapsed();
        assert!(
            waited >= limit,
            "the limit is {limit:?}, and the handle comes back after {waited:?}"
        );
        open_gates();
        assert_eq!(thread.join(), Ok(()), "the handle that came back, joined");
    }
}

fn news() {
    // Before and after the wait has begun.
    for millis in [0, 20, 600] {
        for limit in [LONG, Duration::MAX] {
            let thread = gated(move || millis);
            let opener = thread::spawn(move || {
                thread::sleep(Duration::from_millis(millis));
                open_gates();
            });
            assert_eq!(
                joined(thread, limit),
                Ok(millis),
                "a thread that ends after {millis} ms, joined with a limit of {limit:?}"
            );
            opener.join().expect("it never panics");
        }
    }
}

fn itself() {
    for limit in [Duration::ZERO, LONG] {
        let (give, given) = mpsc::channel::<Thread<()>>();
        let (tell, told) = mpsc::channel();
        let thread = start("Thread_1", move || {
            let itself = given.recv().expect("it is given its handle");
            let joined = itself.join_timeout(limit);
            let _is_waited_for = tell.send(joined.map_err(|itself| {
                // Dropped, it would be asked for its end.
                std::mem::forget(itself);
            }));
        });
        let _is_waited_for = give.send(thread.expect("there is room for a thread"));
        let thread = "Thread_1".to_owned();
        match told.recv() {
            Ok(joined) => assert_eq!(
                joined,
                Ok(Err(JoinError::Itself { thread })),
                "a thread joins itself with a limit of {limit:?}, and join_timeout gives"
            ),
            Err(_) => fault("A thread joins itself with a limit, and panics."),
        }
    }
}

fn asleep() {
    let thread = gated(|| ());
    let limit = Duration::from_secs(3);
    let waits = || use_of(|| handed_back(thread, limit));
    let ((thread, used), has_slept) = sleeps_in(waits);
    assert!(
        !has_slept,
        "It sleeps by the clock, and a sleep goes on when the thread has ended: it has to wait for the \
         end."
    );
    assert!(
        used.sleeps <= 5,
        "In a wait with a limit of {limit:?} it went to sleep {} times: it asks again and again.",
        used.sleeps
    );
    assert!(
        used.cpu < Duration::from_millis(100),
        "In a wait with a limit of {limit:?} it used {} ms of the processor: it asks all the time.",
        used.cpu.as_millis()
    );
    open_gates();
    assert_eq!(thread.join(), Ok(()), "the handle that came back, joined");
}

/// What waits for the end is woken by it; what asks sleeps on, until its pause is over.
fn woken() {
    for limit in [LONG, Duration::MAX, LONG, LONG] {
        let (tell, told) = mpsc::channel();
        let thread = gated(move || {
            let this = fs::read_link("/proc/thread-self");
            let _is_waited_for = tell.send(this.unwrap_or_default());
        });
        let ends = move || {
            open_gates();
            let this = Path::new("/proc").join(told.recv().unwrap_or_default());
            // It tells of its end before it is gone.
            while this.exists() {
                thread::sleep(Duration::from_millis(1));
            }
        };
        let (joined, sleeps_on) = sleeps_on(|| joined(thread, limit), ends);
        assert_eq!(joined, Ok(()), "a thread that has ended in time");
        assert!(
            !sleeps_on,
            "The thread has ended, and it sleeps on: it looks only when its pause is over, and has to \
             wait for the end."
        );
    }
}
