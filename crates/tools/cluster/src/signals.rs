//! Ctrl-C and SIGTERM, counted instead of ending the process.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use nix::sys::signal::{SigSet, Signal};

/// Counts from here on, and calls `told` for each. To be called before there is another thread.
pub(crate) fn count(mut told: impl FnMut() + Send + 'static) -> io::Result<Arc<AtomicU32>> {
    let both = SigSet::from_iter([Signal::SIGINT, Signal::SIGTERM]);
    both.thread_block()?;
    let count = Arc::new(AtomicU32::new(0));
    let counting = Arc::clone(&count);
    let wait = move || {
        while both.wait().is_ok() {
            counting.fetch_add(1, Ordering::Relaxed);
            told();
        }
    };
    thread::Builder::new()
        .name("signals".to_owned())
        .spawn(wait)?;
    Ok(count)
}
