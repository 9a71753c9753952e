//! The line between a parent and its child, a socket pair. Over it the parent says, at the start,
//! which ends it has kept; and the child reports, at the end, what came of its target.
//!
//! A child that was forked by a [`Zygote`](crate::Zygote) is heard over such a line, too; and so
//! is the zygote, which says how the child begins and ends.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use common::{decode, encode};
use nix::sys::socket::MsgFlags;
use nix::unistd::Pid;

use crate::report::Report;
use child::{End, ends, parcel};

use crate::{Exit, StartError};

/// The parent's end.
#[derive(Debug)]
pub(crate) struct ParentsLine {
    end: End,
    /// Whether the child asks which ends the parent has kept.
    is_asked: bool,
}

/// The child's end, and the parent's id of its own end.
#[derive(Debug)]
pub(crate) struct ChildsLine {
    fd: OwnedFd,
    parents_end: u64,
    is_asked: bool,
}

/// What a parent hears. The first byte of a parcel says which it is.
#[derive(Debug)]
pub(crate) enum Heard {
    /// From the child: what came of its target.
    Report(Report),
    /// From the zygote: the child runs; its id, and a pidfd.
    Started(Pid, OwnedFd),
    /// From the zygote: there is no child.
    Refused(String),
    /// From the zygote: the child has ended, and how.
    Ended(Exit),
}

pub(crate) const REPORT: u8 = 0;
const STARTED: u8 = 1;
const REFUSED: u8 = 2;
const ENDED: u8 = 3;

/// Both ends, to be made right before the fork.
pub(crate) fn pair() -> Result<(ParentsLine, ChildsLine), StartError> {
    let (parents, fd) = parcel::pair().map_err(|source| StartError::Os {
        tried: "make a socket pair",
        source,
    })?;
    let end = End::new(parents);
    // The usual case: there is no other end, and so nothing to ask and to wait for.
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
    /// held. Blocks until the parent has said which ends it has kept, which it does right after
    /// the fork; when the parent dies instead, that is an error.
    pub(crate) fn take_over(self) -> io::Result<End> {
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
    /// After the fork, when the parent has dropped what it gave away: tells the child what is
    /// left with the parent.
    pub(crate) fn hand_over(&self) -> io::Result<()> {
        if !self.is_asked {
            return Ok(());
        }
        let list = encode(&ends::kept_from_children()).map_err(io::Error::other)?;
        self.send(&list)
    }

    /// To the child. Does not wait.
    pub(crate) fn send(&self, bytes: &[u8]) -> io::Result<()> {
        parcel::send(&self.end, bytes)
    }

    /// The next that there is to hear, or `None` when whoever could say something has gone. Blocks
    /// until then, or is `WouldBlock` with [`MsgFlags::MSG_DONTWAIT`].
    pub(crate) fn recv(&self, flags: MsgFlags) -> io::Result<Option<Heard>> {
        let Some(parcel) = parcel::recv(&self.end, flags)? else {
            return Ok(None);
        };
        let heard = match (&*parcel.bytes, parcel.fd) {
            ([REPORT, ..], _) => Some(Heard::Report(Report::new(parcel.bytes))),
            ([STARTED, pid @ ..], Some(pidfd)) => {
                number(pid).map(|pid| Heard::Started(Pid::from_raw(pid), pidfd))
            }
            ([REFUSED, why @ ..], _) => {
                Some(Heard::Refused(String::from_utf8_lossy(why).into_owned()))
            }
            ([ENDED, status @ ..], _) => {
                number(status).and_then(Exit::from_status).map(Heard::Ended)
            }
            _ => None,
        };
        heard
            .map(Some)
            .ok_or_else(|| io::ErrorKind::InvalidData.into())
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

/// In the zygote.
pub(crate) fn tell_started(line: &End, pid: Pid, pidfd: &End) -> io::Result<()> {
    let bytes = numbered(STARTED, pid.as_raw());
    parcel::send_with(line, &bytes, pidfd.as_fd())
}

/// In the zygote.
pub(crate) fn tell_refused(line: &End, why: &str) -> io::Result<()> {
    parcel::send(line, &[&[REFUSED], why.as_bytes()].concat())
}

/// In the zygote.
pub(crate) fn tell_ended(line: &End, exit: Exit) -> io::Result<()> {
    parcel::send(line, &numbered(ENDED, exit.to_status()))
}

fn numbered(what: u8, number: i32) -> Vec<u8> {
    let mut bytes = vec![what];
    bytes.extend_from_slice(&number.to_le_bytes());
    bytes
}

fn number(bytes: &[u8]) -> Option<i32> {
    bytes.try_into().map(i32::from_le_bytes).ok()
}
