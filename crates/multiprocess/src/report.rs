//! What a child tells its parent at its end, and what the parent tells the child at its start:
//! the two ends of one socket pair.

use std::io::{self, Write};
use std::os::fd::{AsFd, AsRawFd, RawFd};
use std::os::unix::net::UnixStream;
use std::time::Instant;

use common::{DecodeError, EventId, Kind, Message, decode, encode, encode_into, frame, record};
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::socket::{MsgFlags, recv};
use nix::unistd::Pid;

use crate::fork::pidfd_open;
use crate::{End, StartError, ends};

/// What came of a target: its value, or why there is none.
pub(crate) type Told<T> = Result<T, Failure>;

/// An error's text, and whether it was a panic.
pub(crate) type Failure = (String, bool);

/// In front of what is told: the id of the child's last event.
const EVENT_BYTES: usize = 16;

/// More ends than any process can have open.
const LIST_LIMIT: usize = 4 << 20;

/// The parent's end.
#[derive(Debug)]
pub(crate) struct Parent {
    end: End,
    /// Whether the child asks which ends the parent has kept.
    is_asked: bool,
    /// What the child has told so far.
    told: Vec<u8>,
}

/// The child's end.
#[derive(Debug)]
pub(crate) struct Child {
    stream: UnixStream,
    /// The ends that the parent holds at the moment of the fork, its end of this pair included.
    at_fork: Vec<RawFd>,
}

/// A pair, to be made right before the fork.
pub(crate) fn pair() -> Result<(Parent, Child), StartError> {
    let (parent, stream) = UnixStream::pair().map_err(|source| StartError::Os {
        tried: "make a socket pair",
        source,
    })?;
    let end = End::new(parent.into());
    let at_fork = ends::held();
    let parent = Parent {
        end,
        is_asked: at_fork.len() > 1,
        told: Vec::new(),
    };
    Ok((parent, Child { stream, at_fork }))
}

impl Child {
    /// In the child: closes every end that the target was not given. Blocks until the parent
    /// has said which ends it has kept; it does so right after the fork.
    pub(crate) fn take_over(self) -> io::Result<UnixStream> {
        let Self { stream, at_fork } = self;
        let kept = if at_fork.len() > 1 {
            let list = frame::read(&stream, LIST_LIMIT)?.ok_or(io::ErrorKind::UnexpectedEof)?;
            decode(&list).map_err(io::Error::other)?
        } else {
            // The usual case: there is no pipe, and nothing to wait for.
            at_fork
        };
        ends::let_go(&kept)?;
        Ok(stream)
    }
}

/// In the child, when its target has returned. Fails when the value has no bytes, or when the
/// parent is gone and there is nobody to tell.
pub(crate) fn tell<T: Message>(mut stream: impl Write, told: &Told<T>) -> io::Result<()> {
    let mut bytes = EventId::NONE.to_bytes().to_vec();
    encode_into(told, &mut bytes).map_err(io::Error::other)?;
    // The last event of the child: what the parent's join will name as its cause.
    let exit = record(Kind::Exit, "", format_args!(""), EventId::NONE);
    bytes[..EVENT_BYTES].copy_from_slice(&exit.to_bytes());
    stream.write_all(&bytes)
}

impl Parent {
    /// After the fork, when the parent has dropped what it gave away: tells the child what is
    /// left with the parent.
    pub(crate) fn hand_over(&self) -> io::Result<()> {
        if !self.is_asked {
            return Ok(());
        }
        let list = encode(&ends::held()).map_err(io::Error::other)?;
        frame::write(&self.end, &list)
    }

    /// Waits until the child has ended, or until `deadline`; gives whether it has ended. Reads
    /// what it tells all the while, since a child with a long story ends only when it is heard.
    pub(crate) fn wait(&mut self, pid: Pid, deadline: Option<Instant>) -> io::Result<bool> {
        let pidfd = pidfd_open(pid)?;
        let mut is_over = false;
        loop {
            let mut fds = [
                PollFd::new(pidfd.as_fd(), PollFlags::POLLIN),
                PollFd::new(self.end.as_fd(), PollFlags::POLLIN),
            ];
            // An end whose story is over would be ready all the time.
            let watched = if is_over { 1 } else { 2 };
            match poll(&mut fds[..watched], timeout(deadline)) {
                Ok(0) => return Ok(false),
                Ok(_) | Err(Errno::EINTR) => {}
                Err(errno) => return Err(errno.into()),
            }
            // Asked before the last of the story is read: what was told, was told before the end.
            let has_ended = fds[0].any().unwrap_or(false);
            is_over = self.listen()?;
            if has_ended {
                return Ok(true);
            }
        }
    }

    /// Reads what is there, without waiting; gives whether that was the end of it.
    fn listen(&mut self) -> io::Result<bool> {
        let mut piece = [0; 16 << 10];
        loop {
            let end = self.end.as_fd().as_raw_fd();
            match recv(end, &mut piece, MsgFlags::MSG_DONTWAIT) {
                Ok(0) | Err(Errno::ECONNRESET) => return Ok(true),
                Ok(got) => self.told.extend_from_slice(&piece[..got]),
                Err(Errno::EAGAIN) => return Ok(false),
                Err(Errno::EINTR) => {}
                Err(errno) => return Err(errno.into()),
            }
        }
    }

    /// What the child told before it ended; `None` when it did not come to it.
    pub(crate) fn told<T: Message>(&self) -> Result<Option<Told<T>>, DecodeError> {
        self.told.get(EVENT_BYTES..).map(decode).transpose()
    }

    /// The child's last event, if it told one.
    pub(crate) fn exit_event(&self) -> EventId {
        let event = self.told.first_chunk();
        event.map_or(EventId::NONE, |event| EventId::from_bytes(*event))
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
