//! The time limit of a socket of another process, which no argument of a system call shows.

use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};

use nix::errno::Errno;
use nix::libc;
use nix::sys::socket::{getsockopt, sockopt::ReceiveTimeout};

/// Returns whether reading from this descriptor of the process ends after some time. False if it is no
/// socket, or if the kernel does not let this process look (before Linux 5.6, and at processes that this
/// one may not trace).
///
/// Source: pidfd_getfd(2), and `SO_RCVTIMEO` in socket(7).
pub(crate) fn has_read_limit(pid: i32, descriptor: u64) -> bool {
    let limit = copy(pid, descriptor).and_then(|socket| getsockopt(&socket, ReceiveTimeout));
    limit.is_ok_and(|limit| limit.tv_sec() > 0 || limit.tv_usec() > 0)
}

/// A copy of the descriptor, which refers to the same socket.
fn copy(pid: i32, descriptor: u64) -> Result<OwnedFd, Errno> {
    let number = i32::try_from(descriptor).map_err(|_| Errno::EBADF)?;
    // SAFETY: pidfd_open takes two numbers and touches no memory.
    let process = owned(unsafe { libc::syscall(libc::SYS_pidfd_open, pid, 0) })?;
    let process = process.as_raw_fd();
    // SAFETY: pidfd_getfd takes three numbers and touches no memory.
    owned(unsafe { libc::syscall(libc::SYS_pidfd_getfd, process, number, 0) })
}

/// Takes the descriptor that a system call has just made.
fn owned(made: libc::c_long) -> Result<OwnedFd, Errno> {
    let made = Errno::result(made)?;
    let made = RawFd::try_from(made).map_err(|_| Errno::EBADF)?;
    // SAFETY: the call has just made this descriptor, for us alone.
    Ok(unsafe { OwnedFd::from_raw_fd(made) })
}
