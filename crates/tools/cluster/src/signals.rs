//! Counts Ctrl-C, SIGTERM and SIGHUP, which then do not end the process.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use std::{io, process, thread};

use common::is_ignored;
use nix::sys::signal::{SigSet, Signal};

/// How long the process may still take after the second signal. The threads that check the number
/// may all be blocked, in a write to a full pipe, or to a disk on which all that was promised is.
/// A third signal ends the process at once.
const LAST: Duration = Duration::from_secs(2);

/// Counts from now on. Call it before there is another thread.
pub(crate) fn count() -> io::Result<Arc<AtomicU32>> {
    let mut all = SigSet::from_iter([Signal::SIGINT, Signal::SIGTERM]);
    // Under `nohup` it is ignored.
    if !is_ignored(Signal::SIGHUP) {
        all.add(Signal::SIGHUP);
    }
    all.thread_block()?;
    let count = Arc::new(AtomicU32::new(0));
    let counting = Arc::clone(&count);
    let wait = move || {
        while let Ok(signal) = all.wait() {
            // A terminal that is closed sends this, and then its shell does too.
            if signal == Signal::SIGHUP && counting.load(Ordering::Relaxed) > 0 {
                continue;
            }
            match counting.fetch_add(1, Ordering::Relaxed) {
                0 => {}
                1 => end_soon(),
                _ => process::exit(1),
            }
        }
    };
    thread::Builder::new()
        .name("signals".to_owned())
        .spawn(wait)?;
    Ok(count)
}

fn end_soon() {
    let end = || {
        thread::sleep(LAST);
        process::exit(1)
    };
    if thread::Builder::new().spawn(end).is_err() {
        process::exit(1);
    }
}
