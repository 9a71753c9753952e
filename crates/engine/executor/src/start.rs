//! What tasks wait with: smol's thread, and a few descriptors.

use std::io;
use std::sync::OnceLock;
use std::thread;

use smol::future::yield_now;

static STARTED: OnceLock<()> = OnceLock::new();

/// Starts what tasks wait with, once in a process. Where the system has none, smol panics in the middle
/// of a wait, and again while that panic unwinds, which aborts the process.
///
/// # Errors
/// When the system has none.
pub(crate) fn start() -> io::Result<()> {
    if STARTED.get().is_some() {
        return Ok(());
    }
    try_out().map_err(|error| {
        let told = format!(
            "cannot wait for tasks: {error}; it takes a thread and three descriptors (see ulimit -u and -n)"
        );
        io::Error::new(error.kind(), told)
    })?;
    // The first wait starts all of it.
    smol::block_on(yield_now());
    STARTED.get_or_init(|| ());
    Ok(())
}

/// Takes what smol takes: a thread, and the descriptors of an epoll(7), an eventfd(2) and a
/// timerfd(2), all of which can be had together.
fn try_out() -> io::Result<()> {
    let _four_descriptors = [io::pipe()?, io::pipe()?];
    let thread = thread::Builder::new().spawn(|| ())?;
    // It does nothing that could panic.
    let _ended = thread.join();
    Ok(())
}
