//! How a process ended.

use std::fmt;

use common::{EventId, Kind, record};
use nix::errno::Errno;
use nix::libc;
use nix::sys::signal::Signal;
use nix::unistd::Pid;

/// How a process ended: by itself, with a code, or by a signal. Never mixed up with each other,
/// as they are in Python's `exitcode == -15`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// With a code from 0 to 255; 0 means well.
    Code(i32),
    /// Killed by the signal of this number (`Signal::SIGKILL as i32`; real-time signals have no
    /// name there).
    Signal(i32),
}

impl fmt::Display for Exit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code(code) => write!(f, "exit code {code}"),
            Self::Signal(number) => match Signal::try_from(*number) {
                Ok(signal) => write!(f, "killed by {signal}"),
                Err(_) => write!(f, "killed by signal {number}"),
            },
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
        if let Some(exit) = waitpid(pid, 0)? {
            return Ok(exit);
        }
    }
}

/// [`wait`] without waiting: `None` while the child runs.
///
/// # Errors
/// As [`wait`].
pub fn try_wait(pid: Pid) -> Result<Option<Exit>, Errno> {
    waitpid(pid, libc::WNOHANG)
}

/// The one place that retries after a signal. On libc, since nix has no value for a child killed
/// by a real-time signal: it takes the child off the list, and then fails.
fn waitpid(pid: Pid, flags: libc::c_int) -> Result<Option<Exit>, Errno> {
    let mut status = 0;
    loop {
        // SAFETY: waitpid writes one number, to a place that outlives the call.
        let waited = unsafe { libc::waitpid(pid.as_raw(), &raw mut status, flags) };
        return match Errno::result(waited) {
            Ok(0) => Ok(None),
            Ok(_) if libc::WIFSIGNALED(status) => Ok(Some(Exit::Signal(libc::WTERMSIG(status)))),
            Ok(_) if libc::WIFEXITED(status) => Ok(Some(Exit::Code(libc::WEXITSTATUS(status)))),
            Ok(_) => Ok(None), // stopped, or going on
            Err(Errno::EINTR) => continue,
            Err(errno) => Err(errno),
        };
    }
}
