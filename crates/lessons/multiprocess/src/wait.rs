//! Waiting for whichever of several processes ends first.

use std::io;
use std::os::fd::BorrowedFd;
use std::time::{Duration, Instant};

use common::{EventId, Kind, record};
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use crate::Process;

/// Waits until one of `processes` has ended, but not longer than `limit`; gives its place in the
/// list, the first if there are several. From then on its [`exit`](Process::exit) is known, so
/// take it off the list before the next call. With an empty list it gives `None` at once.
///
/// # Errors
/// When the system refuses, or somebody else has waited for one of these children.
pub fn wait_any<T>(
    processes: &mut [&mut Process<T>],
    limit: Duration,
) -> io::Result<Option<usize>> {
    if processes.is_empty() {
        return Ok(None);
    }
    wait_until(processes, Instant::now().checked_add(limit))
}

/// The same until `deadline`; without one, for as long as it takes.
pub(crate) fn wait_until<T>(
    processes: &mut [&mut Process<T>],
    deadline: Option<Instant>,
) -> io::Result<Option<usize>> {
    let (mut is_first, mut waits) = (true, false);
    loop {
        processes.iter().try_for_each(|one| one.check_owner())?;
        let ended = processes.iter().position(|one| one.exit().is_some());
        if ended.is_some() {
            return Ok(ended);
        }
        if let [one] = processes
            && is_first
            && deadline.is_none_or(|deadline| deadline > Instant::now())
        {
            let kind = deadline.map_or(Kind::Wait, |_| Kind::WaitLimit);
            record(kind, "", format_args!("{}", one.name()), EventId::NONE);
            waits = true;
        }
        is_first = false;
        let watched: Vec<_> = processes.iter().map(|one| one.fd_to_watch()).collect();
        let Some(ready) = wait_readable(&watched, deadline)? else {
            if let ([one], true) = (&*processes, waits) {
                let name = format_args!("{}", one.name());
                record(Kind::GiveUp, "", name, EventId::NONE);
            }
            return Ok(None);
        };
        for (one, is_ready) in processes.iter_mut().zip(ready) {
            if is_ready {
                one.look()?;
            }
        }
    }
}

/// Waits until some of `fds` have something to read, or have come to their end, and gives which;
/// `None` when `deadline` comes first. May wake without a reason.
pub(crate) fn wait_readable(
    fds: &[BorrowedFd<'_>],
    deadline: Option<Instant>,
) -> io::Result<Option<Vec<bool>>> {
    let fds = fds.iter().map(|fd| PollFd::new(*fd, PollFlags::POLLIN));
    let mut fds: Vec<_> = fds.collect();
    match poll(&mut fds, timeout(deadline)) {
        Ok(0) => Ok(None),
        Ok(_) | Err(Errno::EINTR) => {
            let is_ready = |fd: &PollFd<'_>| fd.any().unwrap_or(false);
            Ok(Some(fds.iter().map(is_ready).collect()))
        }
        Err(errno) => Err(errno.into()),
    }
}

/// What is left until `deadline`, rounded up so that no wait ends early.
fn timeout(deadline: Option<Instant>) -> PollTimeout {
    let Some(deadline) = deadline else {
        return PollTimeout::NONE;
    };
    let left = deadline.saturating_duration_since(Instant::now());
    let millis = left.as_nanos().div_ceil(1_000_000);
    PollTimeout::try_from(millis).unwrap_or(PollTimeout::MAX)
}
