//! The line between a parent and its child, a socket pair. Over it the parent tells, at the start,
//! which ends it has kept; and the child reports, at the end, the result of its target.
//!
//! A zygote writes to the line of a child that it has forked, too: how the child begins and ends.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use common::{EventId, decode, encode, life};
use nix::sys::socket::MsgFlags;
use nix::unistd::Pid;

use crate::parcel::{self, Parcel};
use crate::{End, ends};

/// The parent's end.
#[derive(Debug)]
pub struct ParentsLine {
    end: End,
    /// Whether the child asks which ends the parent has kept.
    is_asked: bool,
}

/// The child's end, and the parent's id of its own end.
#[derive(Debug)]
pub struct ChildsLine {
    fd: OwnedFd,
    parents_end: u64,
    is_asked: bool,
}

/// What a parent hears. The last byte of a parcel says which it is.
#[derive(Debug)]
pub(crate) enum Heard {
    /// From the child: its last event, and its result.
    Report(EventId, Vec<u8>),
    /// From the zygote: the child runs; its id, and a pidfd.
    Started(Pid, OwnedFd),
    /// From the zygote: there is no child. Or there is one that cannot be held.
    Refused(String),
    /// From the zygote: the child has ended, with this wait status.
    Ended(i32),
}

const REPORT: u8 = 0;
const STARTED: u8 = 1;
const REFUSED: u8 = 2;
const ENDED: u8 = 3;

/// Both ends, to be made right before the fork.
///
/// # Errors
/// When the limit on open files is reached.
pub fn pair() -> io::Result<(ParentsLine, ChildsLine)> {
    let (parents, fd) = parcel::pair()?;
    let end = End::new(parents);
    // Mostly there is no other end, and so nothing to ask and to wait for.
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
    /// In the child: closes every end that the target was not given, of those that the parent
    /// held. Blocks until the parent has told which ends it has kept, which it does right after
    /// the fork.
    ///
    /// # Errors
    /// When the parent dies first; when the system refuses.
    pub fn take_over(self) -> io::Result<End> {
        let mut held = ends::take_inherited();
        // First our copy of the parent's end of this pair: with it open, we would never see the
        // end of the line.
        if let Some(fd) = held.remove(&self.parents_end) {
            // SAFETY: the `End` is on the parent's stack, in a call that does not return here.
            unsafe { ends::close(fd) };
        }
        if self.is_asked {
            let list = parcel::recv(&self.fd, MsgFlags::empty())?;
            let list = list.ok_or(io::ErrorKind::UnexpectedEof)?.bytes;
            let kept: Vec<u64> = decode(&list).map_err(io::Error::other)?;
            // What the parent has opened since the fork, we do not have.
            let kept = kept.into_iter().filter_map(|id| held.remove(&id));
            ends::close_for_good(kept.collect::<Vec<_>>())?;
        }
        for (id, fd) in held {
            ends::take(id, fd);
        }
        // So that a child of ours lets go of it.
        Ok(End::new(self.fd))
    }
}

impl ParentsLine {
    /// In the parent, after the fork, when it has dropped the ends that it gave away: tells the
    /// child which it has kept. A child that has died already is no error here.
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

    /// To the child. Does not wait.
    pub(crate) fn send(&self, bytes: &[u8]) -> io::Result<()> {
        parcel::send(&self.end, bytes)
    }

    /// The next parcel, or `None` when no process holds the other end any more. Blocks until then,
    /// or is `WouldBlock` with [`MsgFlags::MSG_DONTWAIT`].
    pub(crate) fn recv(&self, flags: MsgFlags) -> io::Result<Option<Heard>> {
        let Some(parcel) = parcel::recv(&self.end, flags)? else {
            return Ok(None);
        };
        let heard = Heard::from_parcel(parcel);
        heard
            .map(Some)
            .ok_or_else(|| io::ErrorKind::InvalidData.into())
    }
}

impl Heard {
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
            // At the limit on open files the kernel has left the pidfd out.
            (STARTED, None) => number(&bytes).map(|pid| {
                let but = "no descriptor was free to hold it; close some files (ulimit -n)";
                Self::Refused(format!("process {pid} runs without an owner: {but}"))
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

/// In the zygote.
pub(crate) fn tell_started(line: &End, pid: Pid, pidfd: &End) -> io::Result<()> {
    let bytes = numbered(STARTED, pid.as_raw());
    parcel::send_with(line, &bytes, pidfd.as_fd())
}

/// In the zygote.
pub(crate) fn tell_refused(line: &End, why: &str) -> io::Result<()> {
    parcel::send(line, &[why.as_bytes(), &[REFUSED]].concat())
}

/// In the zygote.
pub(crate) fn tell_ended(line: &End, status: i32) -> io::Result<()> {
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
        let heard = Heard::from_parcel(Parcel { bytes, fd });
        let Some(Heard::Refused(why)) = heard else {
            panic!("{heard:?}");
        };
        assert!(
            why.contains("71 runs") && why.contains("ulimit -n"),
            "{why}"
        );
    }
}
