//! Waits for conditions that send no notice, with a time limit.

use std::fs;
use std::io::Write;
use std::process::abort;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

/// The longest that a test may wait.
const LIMIT: Duration = Duration::from_secs(20);

/// The pause between two checks, so that a waiting test leaves the processor to the others.
const LOOK: Duration = Duration::from_micros(200);

/// Waits until `is_so` returns true.
///
/// # Panics
/// With `what`, when twenty seconds are over.
#[track_caller]
pub fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let limit = Instant::now() + LIMIT;
    while !is_so() {
        assert!(Instant::now() < limit, "never: {what}");
        thread::sleep(LOOK);
    }
}

/// Waits until the list is empty.
///
/// # Panics
/// With the rest of the list, when twenty seconds are over.
#[track_caller]
pub(crate) fn until_none(left: impl Fn() -> Vec<String>) {
    let limit = Instant::now() + LIMIT;
    loop {
        let left = left();
        if left.is_empty() {
            return;
        }
        assert!(Instant::now() < limit, "left behind: {left:?}");
        thread::sleep(LOOK);
    }
}

/// Runs `body` and returns its result. A second thread aborts the test program when `body` takes
/// longer than `limit`, even if `body` blocks its thread.
pub fn limited<T>(limit: Duration, body: impl FnOnce() -> T) -> T {
    let (_done, watch) = mpsc::channel::<()>();
    let test = thread::current().name().unwrap_or("a test").to_owned();
    thread::spawn(move || {
        // `_done` is dropped when `body` has returned or panicked.
        if watch.recv_timeout(limit) == Err(RecvTimeoutError::Timeout) {
            let line = format!("{test} still runs after {limit:?}\n");
            std::io::stderr().write_all(line.as_bytes()).ok();
            abort();
        }
    });
    body()
}

/// Returns whether a process is dead. It may still be a zombie: if its parent has died, another
/// process has to wait for it, which may take a while.
#[must_use]
pub fn is_dead(pid: u32) -> bool {
    let status = fs::read_to_string(format!("/proc/{pid}/status"));
    status.map_or(true, |status| status.contains("State:\tZ"))
}
