//! Threads of an explored run, which may end by a panic if the story says so.
//!
//! The checker ends a run when a thread panics. So a panic that is part of the story is caught in
//! its thread, and kept for the join.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::Result;

use shuttle::thread::{self, Builder, Thread};

use crate::log;

/// The handle of a thread: [`std::thread::JoinHandle`]'s stand-in.
#[derive(Debug)]
pub struct JoinHandle<T> {
    thread: thread::JoinHandle<Result<T>>,
    /// One of std's, so that the end of a thread takes no turn for it.
    is_finished: Arc<AtomicBool>,
}

impl<T> JoinHandle<T> {
    /// Blocks until the thread has ended, and returns the value of its function.
    ///
    /// # Errors
    /// The payload of the panic with which the thread ended.
    pub fn join(self) -> Result<T> {
        self.thread.join()?
    }

    /// The thread of this handle.
    #[must_use]
    pub fn thread(&self) -> &Thread {
        self.thread.thread()
    }

    /// Whether the function of the thread has returned. Does not block.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.is_finished.load(Ordering::SeqCst)
    }
}

/// Starts a thread of that name.
///
/// # Errors
/// None: the checker has no limit on threads.
pub fn spawn<T: Send + 'static>(
    name: String,
    function: impl FnOnce() -> T + Send + 'static,
) -> io::Result<JoinHandle<T>> {
    let is_finished = Arc::new(AtomicBool::new(false));
    let its = Arc::clone(&is_finished);
    let thread = Builder::new().name(name).spawn(move || {
        let ended = ended(function);
        its.store(true, Ordering::SeqCst);
        ended
    })?;
    Ok(JoinHandle {
        thread,
        is_finished,
    })
}

/// Calls the function of a thread.
fn ended<T>(function: impl FnOnce() -> T) -> Result<T> {
    if !log::may_threads_panic() {
        return Ok(function());
    }
    // Unwind-safe: after a panic the function and its data are not used again.
    let ended = catch_unwind(AssertUnwindSafe(function));
    if ended.is_err() {
        log::goes_on();
    }
    ended
}
