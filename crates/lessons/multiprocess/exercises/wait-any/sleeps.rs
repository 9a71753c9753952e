//! What waits sleeps, and the end of a process wakes it.

use std::net::Shutdown;
use std::thread;
use std::time::{Duration, Instant};

use check::{sleeps_in, sleeps_on, use_of};

use crate::AN_HOUR;
use crate::told::{Told, end};

const A_WHILE: Duration = Duration::from_millis(1500);
/// To wait in slices is to wait, if a slice is as long as the exercise says.
const SLICE: Duration = Duration::from_millis(250);
/// How often it may go to sleep besides the slices.
const MORE_SLEEPS: u128 = 4;

/// The kernel's word: the processor time of this thread, and how often it went to sleep.
pub(crate) fn asks() {
    let mut told = Told::new(3);
    let waited = expect_sleep(|| told.any(A_WHILE));
    assert_eq!(waited, None, "three processes run");
    // Without a deadline it may do something else, and only an end ends it.
    let gate = told.gates[2].try_clone().expect("a descriptor");
    let waited = thread::scope(|scope| {
        scope.spawn(move || {
            thread::sleep(A_WHILE);
            gate.shutdown(Shutdown::Both)
        });
        expect_sleep(|| told.any(Duration::MAX))
    });
    assert_eq!(waited, Some(2), "of three processes, the last one ends");
}

fn expect_sleep(wait: impl FnOnce() -> Option<usize>) -> Option<usize> {
    let begin = Instant::now();
    let ((waited, used), has_slept) = sleeps_in(|| use_of(wait));
    let took = begin.elapsed();
    assert!(
        !has_slept,
        "It sleeps by the clock, and a sleep goes on when a process ends: it has to wait for the end."
    );
    let (sleeps, millis) = (used.sleeps, used.cpu.as_millis());
    let most = took.as_millis() / SLICE.as_millis() + MORE_SLEEPS;
    assert!(
        u128::from(sleeps) < most && millis < 40,
        "in {} ms in which no process ended it went to sleep {sleeps} times, and used {millis} ms of the \
         processor: it asks again and again",
        took.as_millis()
    );
    waited
}

/// What waits for the end is woken by it; what asks sleeps on, until its pause is over.
pub(crate) fn woken() {
    for limit in [AN_HOUR, Duration::MAX, AN_HOUR, AN_HOUR] {
        let mut told = Told::new(2);
        let gate = told.gates[1].try_clone().expect("a descriptor");
        let pid = told.processes[1].pid();
        let (waited, sleeps_on) = sleeps_on(|| told.any(limit), move || end(&gate, pid));
        assert_eq!(waited, Some(1), "of two processes, the second one ends");
        assert!(
            !sleeps_on,
            "A process has ended, and it sleeps on: it looks only when its pause is over, and has to wait \
             for the end."
        );
    }
}
