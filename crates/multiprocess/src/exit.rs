//! How a process ended.

use std::fmt;

use common::{EventId, Kind, record};
use nix::errno::Errno;
use nix::sys::signal::Signal;
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;

/// How a process ended: by itself, with a code, or by a signal. Never mixed up with each other,
/// as they are in Python's `exitcode == -15`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// With a code from 0 to 255; 0 means well.
    Code(i32),
    /// Killed by a signal.
    Signal(Signal),
}

impl fmt::Display for Exit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code(code) => write!(f, "exit code {code}"),
            Self::Signal(signal) => write!(f, "killed by {signal}"),
        }
    }
}

/// Waits until the child `pid` ends, and takes it off the kernel's list. Blocks until then.
///
/// # Errors
/// `ECHILD` when it is no child of this process, or has been waited for already.
///
/// Source: waitpid(2).
pub fn wait(pid: Pid) -> Result<Exit, Errno> {
    let exit = reap(pid)?;
    record(Kind::Join, "", format_args!("{pid}"), EventId::NONE);
    Ok(exit)
}

/// The same without a word in the log.
pub(crate) fn reap(pid: Pid) -> Result<Exit, Errno> {
    loop {
        if let Some(exit) = wait_with(pid, None)? {
            return Ok(exit);
        }
    }
}

/// The same without waiting: `None` while the child runs.
///
/// # Errors
/// As [`wait`].
pub fn try_wait(pid: Pid) -> Result<Option<Exit>, Errno> {
    wait_with(pid, Some(WaitPidFlag::WNOHANG))
}

/// The one place that retries after a signal.
fn wait_with(pid: Pid, flags: Option<WaitPidFlag>) -> Result<Option<Exit>, Errno> {
    loop {
        return match waitpid(pid, flags) {
            Ok(WaitStatus::Exited(_, code)) => Ok(Some(Exit::Code(code))),
            Ok(WaitStatus::Signaled(_, signal, _)) => Ok(Some(Exit::Signal(signal))),
            Ok(_) => Ok(None),
            Err(Errno::EINTR) => continue,
            Err(errno) => Err(errno),
        };
    }
}
