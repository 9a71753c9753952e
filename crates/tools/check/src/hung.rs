//! Inspects the process of a check that hangs, and all processes that it has forked.
//!
//! They cannot be inspected as long as the verdict of the check counts. At its limit the judge,
//! which is their parent, opens them by a signal ([`OPEN`]) and finds out what they wait for.

use std::fs;
use std::thread::sleep;
use std::time::{Duration, Instant};

use lesson::family::descendants;
use nix::sys::signal::kill;
use nix::unistd::Pid;

use crate::opened::OPEN;
use crate::stall::Look;

/// How long they may take to open: on a busy machine each needs a turn for it. A process that
/// blocks signals, or is stopped, never opens.
const OPENED: Duration = Duration::from_secs(5);

/// Inspects all descendants of this process; `None` when one of them cannot be inspected.
pub(crate) fn look() -> Option<Look> {
    let begun = Instant::now();
    loop {
        let pids = descendants();
        let closed: Vec<_> = pids.iter().filter(|&&pid| !is_open(pid)).collect();
        if closed.is_empty() {
            // The signal has interrupted waits with a time limit, and those threads wait anew. This
            // is too little work to be seen.
            return Some(Look::at(&pids));
        }
        if begun.elapsed() > OPENED {
            return None;
        }
        for &&pid in &closed {
            // The process may have ended.
            let _gone = kill(Pid::from_raw(pid), OPEN);
        }
        sleep(Duration::from_millis(2));
    }
}

/// Returns whether the kernel shows this process what `pid` waits for and which descriptors it has.
fn is_open(pid: i32) -> bool {
    fs::read_dir(format!("/proc/{pid}/fd")).is_ok()
}
