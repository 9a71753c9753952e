//! Counts Ctrl-C and SIGTERM, which then do not end the process.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::{process, thread};

use nix::sys::signal::{SigSet, Signal};

/// How many signals are counted. One more ends the process at once: the threads that check the
/// number may all be blocked, in a write to a full pipe or to a disk.
const MOST: u32 = 2;

/// Counts from now on. Call it before there is another thread.
pub(crate) fn count() -> io::Result<Arc<AtomicU32>> {
    let both = SigSet::from_iter([Signal::SIGINT, Signal::SIGTERM]);
    both.thread_block()?;
    let count = Arc::new(AtomicU32::new(0));
    let counting = Arc::clone(&count);
    let wait = move || {
        while both.wait().is_ok() {
            if counting.fetch_add(1, Ordering::Relaxed) >= MOST {
                process::exit(1);
            }
        }
    };
    thread::Builder::new()
        .name("signals".to_owned())
        .spawn(wait)?;
    Ok(count)
}
