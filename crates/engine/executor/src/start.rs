//! The resources that tasks need to wait: smol's thread, and a few descriptors.

use std::io;
use std::sync::OnceLock;
use std::thread;

use smol::future::yield_now;

static STARTED: OnceLock<()> = OnceLock::new();

/// Starts smol's thread, once in a process. If the system lacks the resources, smol panics in the middle
/// of a wait, and again while that panic unwinds, which aborts the process; so this checks first.
///
/// # Errors
/// When the system has no thread, or too few descriptors.
pub(crate) fn start() -> io::Result<()> {
    if STARTED.get().is_some() {
        return Ok(());
    }
    try_out().map_err(|error| {
        let message = format!(
            "cannot wait for tasks: {error}; it takes a thread and three descriptors (see ulimit -u and -n)"
        );
        io::Error::new(error.kind(), message)
    })?;
    // The first wait starts everything.
    smol::block_on(yield_now());
    STARTED.get_or_init(|| ());
    Ok(())
}

/// Takes as much as smol takes, all at once: a thread, and the descriptors of an epoll(7), an
/// eventfd(2) and a timerfd(2).
fn try_out() -> io::Result<()> {
    let _four_descriptors = [io::pipe()?, io::pipe()?];
    let thread = thread::Builder::new().spawn(|| ())?;
    // The thread does nothing that could panic.
    let _ended = thread.join();
    Ok(())
}
