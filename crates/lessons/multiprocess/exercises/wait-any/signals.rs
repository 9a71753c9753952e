//! Signals wake a wait, although no process has ended.

use std::io::ErrorKind;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use check::opened::OPEN;
use check::{expect_in_time, sleeps_on};
use multiprocess::wait_any;
use nix::sys::signal::kill;
use nix::unistd::Pid;

use crate::AN_HOUR;
use crate::told::{Told, end};

/// A signal with a handler comes while it waits: several times, since a single one may miss the wait.
/// poll(2) itself then returns an error, which the answer may return.
pub(crate) fn waits_on() {
    for limit in [AN_HOUR, Duration::MAX] {
        waits_on_within(limit);
    }
}

fn waits_on_within(limit: Duration) {
    let mut told = Told::new(2);
    let gate = told.gates[1].try_clone().expect("a descriptor");
    let pid = told.processes[1].pid();
    let mut all: Vec<_> = told.processes.iter_mut().collect();
    let (waited, _) = sleeps_on(
        || wait_any(&mut all, limit),
        move || {
            for _ in 0..5 {
                kill(Pid::this(), OPEN).expect("it is this process");
                thread::sleep(Duration::from_millis(20));
            }
            end(&gate, pid);
        },
    );
    match waited {
        Err(error) if error.kind() == ErrorKind::Interrupted => {}
        waited => assert_eq!(
            waited.ok(),
            Some(Some(1)),
            "with a limit of {limit:?}, signals have come, and then the second of two processes ended"
        ),
    }
}

/// The number of signals that come in one limit.
const IN_A_LIMIT: u32 = 20;
/// The number of signals that come in all.
const SIGNALS: u32 = 4 * IN_A_LIMIT;

/// An answer that starts the limit again at each signal returns only after the last one. On a busy machine
/// the call may return late, so it is enough if it returns before the last signal in one run of several.
pub(crate) fn limit() {
    let mut told = Told::new(2);
    let mut all: Vec<_> = told.processes.iter_mut().collect();
    for millis in [200, 300, 400] {
        let limit = Duration::from_millis(millis);
        let has_returned = AtomicBool::new(false);
        let returns_before_the_last = thread::scope(|scope| {
            let signals = scope.spawn(|| {
                (0..SIGNALS).any(|_| {
                    kill(Pid::this(), OPEN).expect("it is this process");
                    thread::sleep(limit / IN_A_LIMIT);
                    has_returned.load(Ordering::Relaxed)
                })
            });
            let begin = Instant::now();
            let waited = wait_any(&mut all, limit);
            let took = begin.elapsed();
            has_returned.store(true, Ordering::Relaxed);
            let is_interrupted =
                matches!(&waited, Err(error) if error.kind() == ErrorKind::Interrupted);
            assert!(
                is_interrupted || matches!(waited, Ok(None)) && took >= limit,
                "signals have come, and no process has ended: None was expected after {limit:?}, not \
                 {waited:?} after {took:?}"
            );
            signals.join().expect("it sends all signals")
        });
        if returns_before_the_last {
            return;
        }
    }
    expect_in_time(false, || {
        "In each of three runs, many signals came in the time of one limit, and the call returned only after \
         the last of them, when four limits were over: a wake-up should not start the limit again."
            .to_owned()
    });
}
