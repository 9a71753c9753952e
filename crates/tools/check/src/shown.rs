//! Tests whether this machine shows what another process waits for. Where it does not, the checks see
//! no wait with a time limit, and a program that guesses how long another takes would pass.
//!
//! Source: `proc_pid_syscall(5)`; the kernel's `Documentation/admin-guide/LSM/Yama.rst`.

use std::env;
use std::io;
use std::process::{Command, ExitCode, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::fault::{Fault, Verdict};
use crate::stall::naps;

/// The argument with which a process only waits, with a time limit.
pub(crate) const NAP: &str = "--nap";
/// How long it may take until it waits, on a busy machine, and how long it waits.
const LIMIT: Duration = Duration::from_secs(10);

/// The `main` of a process that waits.
pub(crate) fn nap() -> ExitCode {
    thread::park_timeout(LIMIT);
    ExitCode::SUCCESS
}

/// Returns a fault if this process does not see that a child waits.
pub(crate) fn hidden() -> Option<Fault> {
    let text = match is_nap_seen() {
        Ok(true) => return None,
        Ok(false) => {
            "This machine does not show what a process waits for, so no check could find a wait with a time \
             limit. If `sysctl kernel.yama.ptrace_scope` is 2 or more, set it to 1."
                .to_owned()
        }
        Err(error) => format!("no process for a look: {error}"),
    };
    Some(Fault::of(Verdict::GraderError, text))
}

fn is_nap_seen() -> io::Result<bool> {
    let mut child = Command::new(env::current_exe()?)
        .arg(NAP)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()?;
    let pid = child.id().cast_signed();
    let begun = Instant::now();
    let is_seen = loop {
        if naps(&[pid]).next().is_some() {
            break true;
        }
        if begun.elapsed() > LIMIT / 2 {
            break false;
        }
        thread::sleep(Duration::from_millis(1));
    };
    child.kill()?;
    child.wait()?;
    Ok(is_seen)
}
