//! Shared by the tests of this crate. Each test target uses a part of it.
#![allow(dead_code)]

use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

/// The longest time that a wait in a test may take.
pub(crate) const LIMIT: Duration = Duration::from_secs(20);

/// Long enough for a thread that could go on to do so. A test that waits this long to see that
/// nothing happens is right on any machine; on a slow one it could only miss a mistake.
pub(crate) const A_LITTLE: Duration = Duration::from_millis(50);

/// Runs `body` in a thread of its own and fails if it has not ended within [`LIMIT`]: so a hang is
/// a failure, and does not block the run.
#[track_caller]
pub(crate) fn within_limit(body: impl FnOnce() + Send + 'static) {
    let (ended, wait) = mpsc::channel::<()>();
    let thread = thread::spawn(move || {
        let _ended = ended; // Dropped at the end of this thread, also by a panic.
        body();
    });
    let news = wait.recv_timeout(LIMIT);
    assert_eq!(news, Err(RecvTimeoutError::Disconnected), "it hangs");
    if let Err(panic) = thread.join() {
        std::panic::resume_unwind(panic);
    }
}

/// Calls `ask` in another thread and returns its answer.
pub(crate) fn elsewhere<T: Send>(ask: impl FnOnce() -> T + Send) -> T {
    thread::scope(|scope| scope.spawn(ask).join().expect("it asks and does not panic"))
}

/// Checks that a limit is waited out in another thread while the lock is held, and not while it is free.
/// `hold` returns a guard; `take` takes the lock within a limit, and returns whether it succeeded.
pub(crate) fn assert_waits_out<G>(
    hold: impl FnOnce() -> G,
    take: impl Fn(Duration) -> bool + Sync,
) {
    let held = hold();
    let limit = Duration::from_millis(500);
    elsewhere(|| {
        let since = Instant::now();
        assert!(!take(limit));
        assert!(since.elapsed() >= limit);
        assert!(since.elapsed() < limit + LIMIT);
    });
    drop(held);
    elsewhere(|| {
        let since = Instant::now();
        assert!(take(Duration::from_secs(5)));
        assert!(since.elapsed() < LIMIT);
    });
}
