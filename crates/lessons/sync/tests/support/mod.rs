//! What the tests of this crate share. Each test target uses some of it.
#![allow(dead_code)]

use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

/// No wait of a test may be longer.
pub(crate) const LIMIT: Duration = Duration::from_secs(20);

/// Long enough for a thread that could go on to do so. A test that waits so long for nothing
/// to happen is right on any machine; it could only miss a mistake on a slow one.
pub(crate) const A_LITTLE: Duration = Duration::from_millis(50);

/// Runs `body` in a thread of its own and fails when it has not ended within [`LIMIT`]: a hang
/// is a failure, and not a stuck run.
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

/// Calls `ask` in another thread and gives its answer.
pub(crate) fn elsewhere<T: Send>(ask: impl FnOnce() -> T + Send) -> T {
    thread::scope(|scope| scope.spawn(ask).join().expect("it asks and does not panic"))
}

/// A limit is waited out in another thread while the lock is held, and not when it is free. `hold`
/// returns a guard; `take` takes the lock within a limit, and returns whether it did.
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
