//! The line between a parent and its child, a socket pair. At the start, the parent sends the list
//! of the ends it has kept over it; at the end, the child sends the result of its target.
//!
//! A zygote also writes to the line of a child that it has forked: how the child begins and ends.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use common::{EventId, decode, encode, life};
use nix::sys::socket::MsgFlags;
use nix::unistd::Pid;

use crate::parcel::{self, NO_DESCRIPTOR, Parcel};
use crate::{End, ends};

/// The parent's end.
#[derive(Debug)]
pub struct ParentsLine {
    end: End,
    /// Whether the child waits for the list of ends that the parent has kept.
    is_asked: bool,
}

/// The child's end, and the parent's id of its own end.
#[derive(Debug)]
pub struct ChildsLine {
    fd: OwnedFd,
    parents_end: u64,
    is_asked: bool,
}

/// A parcel that a parent receives. Its last byte says which kind it is.
#[derive(Debug)]
pub(crate) enum Received {
    /// From the child: its last event, and its result.
    Report(EventId, Vec<u8>),
    /// From the zygote: the child runs; its process id, and a pidfd.
    Started(Pid, OwnedFd),
    /// From the zygote: there is no child, or there is one without a descriptor to hold it.
    Refused(String),
    /// From the zygote: the child has ended, with this wait status.
    Ended(i32),
}

const REPORT: u8 = 0;
const STARTED: u8 = 1;
const REFUSED: u8 = 2;
const ENDED: u8 = 3;

/// Makes both ends, right before the fork.
///
/// # Errors
/// When the limit on open files is reached.
pub fn pair() -> io::Result<(ParentsLine, ChildsLine)> {
    let (parents, fd) = parcel::pair()?;
    let end = End::new(parents);
    // Usually there is no other end, and so nothing to send and to wait for.
    let is_asked = ends::held().len() > 1;
    let parents_end = end.id();
    let child = ChildsLine {
        fd,
        parents_end,
        is_asked,
    };
    Ok((ParentsLine { end, is_asked }, child))
}

impl ChildsLine {
    /// In the child: of the ends that the parent held, closes every one that the target was not
    /// given. Blocks until the parent has sent the list of the ends it has kept, right after the
    /// fork.
    ///
    /// # Errors
    /// When the parent dies first, or the system refuses.
    pub fn take_over(self) -> io::Result<End> {
        let mut held = ends::take_inherited();
        // First our copy of the parent's end of this pair: with it open, we would never see the end
        // of the line.
        if let Some(fd) = held.remove(&self.parents_end) {
            // SAFETY: the `End` is on the parent's stack, in a call that does not return here.
            unsafe { ends::close(fd) };
        }
        if self.is_asked {
            let list = parcel::recv(&self.fd, MsgFlags::empty())?;
            let list = list.ok_or(io::ErrorKind::UnexpectedEof)?.bytes;
            let kept: Vec<u64> = decode(&list).map_err(io::Error::other)?;
            // The list may have ends that the parent has opened since the fork; we do not have those.
            let kept = kept.into_iter().filter_map(|id| held.remove(&id));
            ends::close_for_good(kept.collect::<Vec<_>>())?;
        }
        for (id, fd) in held {
            ends::take(id, fd);
        }
        // As an `End`, so that a child of ours closes it.
        Ok(End::new(self.fd))
    }
}

impl ParentsLine {
    /// In the parent, after the fork and after it has dropped the ends that it gave away: sends the
    /// list of the ends that it has kept. If the child has already died, that is no error.
    ///
    /// # Errors
    /// When the system has no room.
    pub fn hand_over(&self) -> io::Result<()> {
        if !self.is_asked {
            return Ok(());
        }
        let list = encode(&ends::kept_from_children()).map_err(io::Error::other)?;
        match self.send(&list) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            other => other,
        }
    }

    /// Sends bytes to the child. Does not wait.
    pub(crate) fn send(&self, bytes: &[u8]) -> io::Result<()> {
        parcel::send(&self.end, bytes)
    }

    /// Returns the next parcel, or `None` when no process holds the other end any more. Blocks
    /// until then; with [`MsgFlags::MSG_DONTWAIT`] it returns `WouldBlock` instead.
    pub(crate) fn recv(&self, flags: MsgFlags) -> io::Result<Option<Received>> {
        let Some(parcel) = parcel::recv(&self.end, flags)? else {
            return Ok(None);
        };
        let received = Received::from_parcel(parcel);
        received
            .map(Some)
            .ok_or_else(|| io::ErrorKind::InvalidData.into())
    }
}

impl Received {
    fn from_parcel(Parcel { mut bytes, fd }: Parcel) -> Option<Self> {
        match (bytes.pop()?, fd) {
            (REPORT, _) => {
                let exit = EventId::from_bytes(*bytes.last_chunk()?);
                bytes.truncate(bytes.len() - exit.to_bytes().len());
                Some(Self::Report(exit, bytes))
            }
            (STARTED, Some(pidfd)) => {
                number(&bytes).map(|pid| Self::Started(Pid::from_raw(pid), pidfd))
            }
            // At the limit on open files the kernel has left out the pidfd.
            (STARTED, None) => number(&bytes).map(|pid| {
                Self::Refused(format!(
                    "process {pid} runs without an owner: {NO_DESCRIPTOR}"
                ))
            }),
            (REFUSED, _) => Some(Self::Refused(String::from_utf8_lossy(&bytes).into_owned())),
            (ENDED, _) => number(&bytes).map(Self::Ended),
            _ => None,
        }
    }
}

impl AsFd for ChildsLine {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

impl AsFd for ParentsLine {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.end.as_fd()
    }
}

/// In the child, at its end: sends the result of its target to the parent. Does not wait.
///
/// # Errors
/// When the parent has gone.
pub fn report(line: &End, mut result: Vec<u8>) -> io::Result<()> {
    // The child's last event, which is the cause of the parent's join.
    result.extend_from_slice(&life::exits().to_bytes());
    result.push(REPORT);
    parcel::send(line, &result)
}

/// In the zygote: reports to the program that the child runs.
pub(crate) fn send_started(line: &End, pid: Pid, pidfd: &End) -> io::Result<()> {
    let bytes = numbered(STARTED, pid.as_raw());
    parcel::send_with(line, &bytes, pidfd.as_fd())
}

/// In the zygote: reports to the program why there is no child.
pub(crate) fn send_refused(line: &End, why: &str) -> io::Result<()> {
    parcel::send(line, &[why.as_bytes(), &[REFUSED]].concat())
}

/// In the zygote: reports to the program that the child has ended.
pub(crate) fn send_ended(line: &End, status: i32) -> io::Result<()> {
    parcel::send(line, &numbered(ENDED, status))
}

fn numbered(what: u8, number: i32) -> Vec<u8> {
    [&number.to_le_bytes()[..], &[what]].concat()
}

fn number(bytes: &[u8]) -> Option<i32> {
    bytes.try_into().map(i32::from_le_bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_child_that_runs_and_cannot_be_held_is_an_error_that_names_it() {
        let (bytes, fd) = (numbered(STARTED, 71), None);
        let received = Received::from_parcel(Parcel { bytes, fd });
        let Some(Received::Refused(why)) = received else {
            panic!("{received:?}");
        };
        assert!(
            why.contains("71 runs") && why.contains("ulimit -n"),
            "{why}"
        );
    }
}
