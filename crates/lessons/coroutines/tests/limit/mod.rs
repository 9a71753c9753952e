//! The limit on every test of this crate, kept by a thread of its own: a test that blocks the
//! executor is ended too, and the limit does not stand on the code under test.

use std::io::Write;
use std::process::abort;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// No test waits longer.
pub(crate) const LIMIT: Duration = Duration::from_secs(20);

/// Runs `main` to its end, and ends the test program if that takes too long.
pub(crate) fn run_within<T>(main: impl Future<Output = T>) -> T {
    let (_done, watch) = mpsc::channel::<()>();
    let test = thread::current().name().unwrap_or("a test").to_owned();
    thread::spawn(move || {
        // `_done` is dropped when `main` is done, also by a panic.
        if watch.recv_timeout(LIMIT) == Err(RecvTimeoutError::Timeout) {
            let line = format!("{test} still runs after {LIMIT:?}\n");
            std::io::stderr().write_all(line.as_bytes()).ok();
            abort();
        }
    });
    coroutines::run(main)
}
