//! How a process ended.

use std::fmt;

use common::life;
use nix::errno::Errno;
use nix::libc;
use nix::sys::signal::Signal;
use nix::unistd::Pid;

use crate::reap::{reap, try_reap};

/// How a process ended: by itself, with a code, or by a signal. The two are never mixed up, as they
/// are in Python's `exitcode == -15`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// It ended by itself, with a code from 0 to 255; 0 means success.
    Code(i32),
    /// It was killed by the signal of this number (`Signal::SIGKILL as i32`; real-time signals have
    /// no name there).
    Signal(i32),
}

impl Exit {
    /// Converts the status that waitpid(2) returns for a process that has ended.
    #[must_use]
    pub fn from_status(status: i32) -> Self {
        match libc::WIFSIGNALED(status) {
            true => Self::Signal(libc::WTERMSIG(status)),
            false => Self::Code(libc::WEXITSTATUS(status)),
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

/// Blocks until the child `pid` has ended, takes it off the kernel's list, and returns how it ended.
///
/// # Errors
/// `ECHILD` when it is no child of this process, or has been waited for already.
///
/// Source: waitpid(2).
pub fn wait(pid: Pid) -> Result<Exit, Errno> {
    life::waits_for(pid);
    let status = reap(pid).inspect_err(|_| life::gives_up(pid))?;
    life::reaps(pid);
    Ok(Exit::from_status(status))
}

/// Like [`wait`], but does not block: `None` while the child runs.
///
/// # Errors
/// Those of [`wait`].
pub fn try_wait(pid: Pid) -> Result<Option<Exit>, Errno> {
    let status = try_reap(pid)?;
    if status.is_some() {
        life::reaps(pid);
    }
    Ok(status.map(Exit::from_status))
}
