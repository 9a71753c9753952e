//! A wait sleeps, and the end of a process wakes it.

use std::net::Shutdown;
use std::thread;
use std::time::{Duration, Instant};

use check::{expect_in_time, sleeps_in, sleeps_on, use_of};

use crate::AN_HOUR;
use crate::told::{Told, end};

const A_WHILE: Duration = Duration::from_millis(1500);
/// The length of a slice that the exercise allows: an answer may wait in such slices.
const SLICE: Duration = Duration::from_millis(250);
/// The number of times that it may go to sleep besides the slices.
const MORE_SLEEPS: u128 = 4;

/// Returns whether an answer that waits goes to sleep so often in this time.
pub(crate) fn may_sleep(times: u64, took: Duration) -> bool {
    u128::from(times) < took.as_millis() / SLICE.as_millis() + MORE_SLEEPS
}

/// Checks, by what the kernel reports, the processor time of this thread and how often it went to sleep.
pub(crate) fn asks() {
    let mut told = Told::new(3);
    // A process that is not in the list does not count, even if it has ended.
    let mut other = Told::new(1);
    other.end(0);
    let waited = expect_sleep(|| told.any(A_WHILE));
    assert_eq!(waited, None, "three processes run");
    // Without a deadline an answer may wait in another way, and only the end of a process ends the wait.
    let gate = told.gates[2].try_clone().expect("a descriptor");
    let waited = thread::scope(|scope| {
        scope.spawn(move || {
            thread::sleep(A_WHILE);
            gate.shutdown(Shutdown::Both)
        });
        expect_sleep(|| told.any(Duration::MAX))
    });
    assert_eq!(waited, Some(2), "of three processes, the last one ends");
    assert_eq!(
        other.any(Duration::ZERO),
        Some(0),
        "a process had ended that was not in the list of the calls before"
    );
}

fn expect_sleep(wait: impl FnOnce() -> Option<usize>) -> Option<usize> {
    let begin = Instant::now();
    let ((waited, used), has_slept) = sleeps_in(|| use_of(wait));
    let took = begin.elapsed();
    assert!(
        !has_slept,
        "It sleeps by the clock, and such a sleep goes on when a process ends: it should wait for the end."
    );
    let (sleeps, millis) = (used.sleeps, used.cpu.as_millis());
    expect_in_time(may_sleep(sleeps, took) && millis < 40, || {
        format!(
            "in {} ms in which no process ended, it went to sleep {sleeps} times and used the processor for \
             {millis} ms: it polls",
            took.as_millis()
        )
    });
    waited
}

/// The end of a process wakes an answer that waits for it; an answer that polls sleeps until the next check.
pub(crate) fn woken() {
    for limit in [AN_HOUR, Duration::MAX, AN_HOUR, AN_HOUR] {
        let mut told = Told::new(2);
        let gate = told.gates[1].try_clone().expect("a descriptor");
        let pid = told.processes[1].pid();
        let (waited, sleeps_on) = sleeps_on(|| told.any(limit), move || end(&gate, pid));
        assert_eq!(waited, Some(1), "of two processes, the second one ends");
        assert!(
            !sleeps_on,
            "A process has ended, but it sleeps on: it polls, and checks only when its pause is over. It \
             should wait for the end."
        );
    }
}
