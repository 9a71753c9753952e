//! Copies of the descriptors of another process: for the time limit of a socket, which no argument of a
//! system call shows, and to keep the end of a stream away from its reader.

use std::fs;
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

/// Copies of all ends of the process into which it can send, except for its standard streams: of pipes, and
/// of sockets. Empty if the kernel does not let this process look.
///
/// Source: `proc_pid_fd(5)`, `proc_pid_fdinfo(5)`.
pub(crate) fn sending_ends(pid: i32) -> Vec<OwnedFd> {
    let entries = fs::read_dir(format!("/proc/{pid}/fd"));
    let entries = entries.into_iter().flatten().flatten();
    let numbers = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
    let ends = numbers.filter(|&number| number > libc::STDERR_FILENO && is_sending(pid, number));
    let copies = ends.filter_map(|number| copy(pid, number.cast_unsigned().into()).ok());
    copies.collect()
}

fn is_sending(pid: i32, number: i32) -> bool {
    let target = fs::read_link(format!("/proc/{pid}/fd/{number}")).unwrap_or_default();
    let target = target.to_string_lossy();
    let info = fs::read_to_string(format!("/proc/{pid}/fdinfo/{number}")).unwrap_or_default();
    let flags = info.lines().find_map(|line| line.strip_prefix("flags:"));
    let flags = flags.and_then(|flags| libc::c_int::from_str_radix(flags.trim(), 8).ok());
    let is_writing = flags.is_some_and(|flags| flags & libc::O_ACCMODE == libc::O_WRONLY);
    target.starts_with("socket:") || target.starts_with("pipe:") && is_writing
}

/// A copy of the descriptor, which refers to the same socket or pipe.
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

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::os::fd::AsFd;
    use std::process::{Command, Stdio};
    use std::sync::PoisonError;

    use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

    use super::*;
    use crate::running::tests::ALONE;

    #[test]
    fn the_end_of_a_stream_comes_when_the_copies_of_its_sending_end_are_closed() {
        let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        let mut command = Command::new("sh");
        command.args(["-c", "exec 5>&1; echo; read line"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stream = child.stdout.take().unwrap();
        // When the line has come, the other end has the number 5, too.
        assert_eq!(stream.read(&mut [0]).unwrap(), 1);
        let kept = sending_ends(child.id().cast_signed());
        assert!(!kept.is_empty());
        child.kill().unwrap();
        child.wait().unwrap();
        let mut ends = [PollFd::new(stream.as_fd(), PollFlags::POLLIN)];
        assert_eq!(poll(&mut ends, PollTimeout::ZERO), Ok(0));
        drop(kept);
        assert_eq!(stream.read(&mut [0]).unwrap(), 0);
    }
}
