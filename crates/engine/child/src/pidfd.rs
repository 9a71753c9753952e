//! A descriptor that refers to one process, even after the process's number has been reused.
//!
//! Source: pidfd_open(2), pidfd_send_signal(2).

use std::io;
use std::os::fd::{AsFd, AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::ptr;

use nix::errno::Errno;
use nix::libc;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::End;
use crate::reap::reap;

/// A descriptor of a child that this process has just forked; it becomes readable when the child
/// ends. If none can be opened, the child is killed and waited for.
pub(crate) fn open_or_kill(child: Pid) -> io::Result<End> {
    open(child).map(End::new).map_err(|errno| {
        let (_killed, _reaped) = (kill(child, Signal::SIGKILL), reap(child));
        let error = io::Error::from(errno);
        match errno {
            Errno::ENOSYS => {
                let text = format!("{error}; a pidfd needs Linux 5.4 or newer");
                io::Error::new(error.kind(), text)
            }
            _ => error,
        }
    })
}

/// Opens a pidfd. There is no race: a child's number is not reused before it has been waited for.
fn open(child: Pid) -> Result<OwnedFd, Errno> {
    // SAFETY: pidfd_open takes two numbers and touches no memory.
    let fd = unsafe { libc::syscall(libc::SYS_pidfd_open, child.as_raw(), 0) };
    let fd = Errno::result(fd)?;
    let fd = RawFd::try_from(fd).map_err(|_| Errno::EBADF)?;
    // SAFETY: the call has just made this descriptor, for us alone.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

/// Sends a signal. Does nothing if the process has ended and has been waited for.
pub(crate) fn send_signal(process: &End, signal: Signal) -> io::Result<()> {
    let fd = process.as_fd().as_raw_fd();
    let no_details = ptr::null::<libc::siginfo_t>();
    // SAFETY: three numbers, and a null pointer where the kernel allows one.
    let sent = unsafe {
        libc::syscall(
            libc::SYS_pidfd_send_signal,
            fd,
            signal as i32,
            no_details,
            0,
        )
    };
    match Errno::result(sent) {
        Ok(_) | Err(Errno::ESRCH) => Ok(()),
        Err(errno) => Err(errno.into()),
    }
}
