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

impl Exit {
    /// What waitpid(2) says; `None` when the process has not ended but only stopped, or goes on.
    pub(crate) fn from_status(status: i32) -> Option<Self> {
        if libc::WIFSIGNALED(status) {
            Some(Self::Signal(libc::WTERMSIG(status)))
        } else {
            libc::WIFEXITED(status).then(|| Self::Code(libc::WEXITSTATUS(status)))
        }
    }

    /// The same the other way round.
    pub(crate) fn to_status(self) -> i32 {
        match self {
            Self::Code(code) => code << 8,
            Self::Signal(number) => number,
        }
    }
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
    record(Kind::Wait, "", format_args!("{pid}"), EventId::NONE);
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
    let exit = try_reap(pid)?;
    if exit.is_some() {
        record(Kind::Join, "", format_args!("{pid}"), EventId::NONE);
    }
    Ok(exit)
}

/// The same without a word in the log.
pub(crate) fn try_reap(pid: Pid) -> Result<Option<Exit>, Errno> {
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
            Ok(_) => Ok(Exit::from_status(status)),
            Err(Errno::EINTR) => continue,
            Err(errno) => Err(errno),
        };
    }
}
