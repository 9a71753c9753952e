//! A look at the process of a check that hangs, and at all that it has forked.
//!
//! They are closed to every look as long as the word of the check counts. At its limit the judge, their
//! parent, opens them by a signal ([`OPEN`]) and looks at what they wait for.

use std::fs;
use std::thread::sleep;
use std::time::{Duration, Instant};

use lesson::family::descendants;
use nix::sys::signal::kill;
use nix::unistd::Pid;

use crate::opened::OPEN;
use crate::stall::Look;

/// How long they may take to open: on a busy machine each needs a turn for it. One that blocks signals,
/// or stands still, never opens.
const OPENED: Duration = Duration::from_secs(5);

/// Looks at all that comes from this process; `None` when not all of it can be looked at.
pub(crate) fn look() -> Option<Look> {
    let begun = Instant::now();
    loop {
        let pids = descendants();
        let closed: Vec<_> = pids.iter().filter(|&&pid| !is_open(pid)).collect();
        if closed.is_empty() {
            // The signal has ended the waits with a limit of time, and those that waited wait anew.
            // That is too little work to be seen.
            return Some(Look::at(&pids));
        }
        if begun.elapsed() > OPENED {
            return None;
        }
        for &&pid in &closed {
            // It may have ended.
            let _gone = kill(Pid::from_raw(pid), OPEN);
        }
        sleep(Duration::from_millis(2));
    }
}

/// Whether the kernel lets this process look at what that one waits for and which descriptors it holds.
fn is_open(pid: i32) -> bool {
    fs::read_dir(format!("/proc/{pid}/fd")).is_ok()
}
