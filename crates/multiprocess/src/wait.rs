//! Waiting for whichever of several processes ends first.

use std::io;
use std::os::fd::BorrowedFd;
use std::time::{Duration, Instant};

use common::Message;
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use crate::Process;

/// Waits until one of `processes` has ended, but not longer than `limit`; gives its place in the
/// list, the first if there are several. From then on its [`exit`](Process::exit) is known, so
/// take it off the list before the next call. With an empty list it gives `None` at once.
///
/// Takes in what all of them report meanwhile: a child with a long result ends only when somebody
/// listens.
///
/// # Errors
/// When the system refuses, or somebody else has waited for one of these children.
pub fn wait_any<T: Message>(
    processes: &mut [&mut Process<T>],
    limit: Duration,
) -> io::Result<Option<usize>> {
    if processes.is_empty() {
        return Ok(None);
    }
    wait_until(processes, Instant::now().checked_add(limit))
}

/// The same until `deadline`; without one, for as long as it takes.
pub(crate) fn wait_until<T: Message>(
    processes: &mut [&mut Process<T>],
    deadline: Option<Instant>,
) -> io::Result<Option<usize>> {
    loop {
        let ended = processes.iter().position(|one| one.exit().is_some());
        if ended.is_some() {
            return Ok(ended);
        }
        let fds: Vec<_> = processes.iter().map(|one| one.fds_to_watch()).collect();
        let mut fds: Vec<_> = fds.as_flattened().iter().map(readable).collect();
        match poll(&mut fds, timeout(deadline)) {
            Ok(0) => return Ok(None),
            Ok(_) | Err(Errno::EINTR) => {}
            Err(errno) => return Err(errno.into()),
        }
        let is_ready = |fd: &PollFd| fd.any().unwrap_or(false);
        let ready: Vec<bool> = fds.iter().map(is_ready).collect();
        for (one, ready) in processes.iter_mut().zip(ready.as_chunks().0) {
            let [has_ended, has_reported] = *ready;
            if has_ended || has_reported {
                one.look(has_ended)?;
            }
        }
    }
}

fn readable<'a>(fd: &BorrowedFd<'a>) -> PollFd<'a> {
    PollFd::new(*fd, PollFlags::POLLIN)
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
