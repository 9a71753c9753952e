//! Waits until a descriptor has something to read.

use std::io;
use std::os::fd::BorrowedFd;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

/// Blocks until some of `fds` have something to read, or are at their end (a pidfd: its process has
/// ended), and returns which; `None` if `deadline` comes first. May return without a reason, with
/// `false` for each: after a signal, or after the longest wait of poll(2), which is 24.8 days.
///
/// # Errors
/// Those of poll(2), but not `EINTR`.
///
/// Source: poll(2).
pub fn wait_readable(
    fds: &[BorrowedFd<'_>],
    deadline: Option<Instant>,
) -> io::Result<Option<Vec<bool>>> {
    let fds = fds.iter().map(|fd| PollFd::new(*fd, PollFlags::POLLIN));
    let mut fds: Vec<_> = fds.collect();
    let left = |deadline: Instant| deadline.saturating_duration_since(Instant::now());
    let timeout = deadline.map_or(PollTimeout::NONE, |deadline| poll_timeout(left(deadline)));
    match poll(&mut fds, timeout) {
        Ok(0) if deadline.is_some_and(|deadline| left(deadline).is_zero()) => Ok(None),
        Ok(_) | Err(Errno::EINTR) => {
            let is_ready = |fd: &PollFd<'_>| fd.any().unwrap_or(false);
            Ok(Some(fds.iter().map(is_ready).collect()))
        }
        Err(errno) => Err(errno.into()),
    }
}

/// The timeout of poll(2) for `left`, rounded up so that no wait ends early, except after 24.8 days:
/// that is the longest.
#[must_use]
pub fn poll_timeout(left: Duration) -> PollTimeout {
    let millis = left.as_nanos().div_ceil(1_000_000);
    PollTimeout::try_from(millis).unwrap_or(PollTimeout::MAX)
}
