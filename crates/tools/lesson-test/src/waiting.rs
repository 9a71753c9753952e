//! Waiting for a condition that sends no notice, with a limit.

use std::fs;
use std::io::Write;
use std::process::abort;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

/// How long a test may wait.
const LIMIT: Duration = Duration::from_secs(20);

/// Between two looks: a test that waits takes no processor from what it waits for.
const LOOK: Duration = Duration::from_micros(200);

/// Waits until `is_so` returns true.
///
/// # Panics
/// With `what`, when that takes longer than twenty seconds.
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
/// With what is left after twenty seconds.
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
/// longer than `limit`, also when it blocks its thread.
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

/// Whether a process is dead, perhaps still a zombie: when its parent has died, another process has
/// to wait for it, which may take a while.
#[must_use]
pub fn is_dead(pid: u32) -> bool {
    let status = fs::read_to_string(format!("/proc/{pid}/status"));
    status.map_or(true, |status| status.contains("State:\tZ"))
}
