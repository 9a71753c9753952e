//! The socket pair between a parent and its child. Over it the parent says, at the start, which
//! ends it has kept; and the child reports, at the end, what came of its target.

use std::io::{self, Write};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};
use std::os::unix::net::UnixStream;

use common::{DecodeError, EventId, Kind, Message, decode, encode, encode_into, frame, record};
use nix::errno::Errno;
use nix::sys::socket::{MsgFlags, recv};

use crate::{End, Failure, StartError, ends};

/// In front of a report: the id of the child's last event.
const EVENT_BYTES: usize = 16;

/// More ends than any process can have open.
const LIST_LIMIT: usize = 4 << 20;

/// The parent's end.
#[derive(Debug)]
pub(crate) struct Parent {
    end: End,
    /// Whether the child asks which ends the parent has kept.
    is_asked: bool,
    /// What has come of the child's report so far.
    report: Vec<u8>,
    /// Whether that is all.
    is_over: bool,
}

/// The child's end, and the parent's id of its own end.
#[derive(Debug)]
pub(crate) struct Child {
    stream: UnixStream,
    parents_end: u64,
    is_asked: bool,
}

/// A pair, to be made right before the fork.
pub(crate) fn pair() -> Result<(Parent, Child), StartError> {
    let (parent, stream) = UnixStream::pair().map_err(|source| StartError::Os {
        tried: "make a socket pair",
        source,
    })?;
    let end = End::new(parent.into());
    // The usual case: there is no other end, and so nothing to ask and to wait for.
    let is_asked = ends::held().len() > 1;
    let child = Child {
        stream,
        parents_end: end.id(),
        is_asked,
    };
    let parent = Parent {
        end,
        is_asked,
        report: Vec::new(),
        is_over: false,
    };
    Ok((parent, child))
}

impl Child {
    /// In the child: closes every end that the target was not given, of those that the parent
    /// held. Blocks until the parent has said which ends it has kept, which it does right after
    /// the fork; when the parent dies instead, that is an error.
    pub(crate) fn take_over(self) -> io::Result<End> {
        let mut held = ends::take_inherited();
        let Self {
            stream,
            parents_end,
            is_asked,
        } = self;
        // First our copy of the parent's end of this pair: with it open, we would never see the
        // end of the stream.
        if let Some(fd) = held.remove(&parents_end) {
            ends::close_for_good(fd)?;
        }
        if is_asked {
            let list = frame::read(&stream, LIST_LIMIT)?.ok_or(io::ErrorKind::UnexpectedEof)?;
            let kept: Vec<u64> = decode(&list).map_err(io::Error::other)?;
            for id in kept {
                // What the parent has opened since then, we do not have.
                if let Some(fd) = held.remove(&id) {
                    ends::close_for_good(fd)?;
                }
            }
        }
        for (id, fd) in held {
            ends::take(id, fd);
        }
        // So that a child of ours lets go of it.
        Ok(End::new(stream.into()))
    }
}

/// In the child, when its target has returned. Fails when the value has no bytes, or when the
/// parent is gone and there is nobody to tell.
pub(crate) fn send<T: Message>(
    mut stream: impl Write,
    result: &Result<T, Failure>,
) -> io::Result<()> {
    let mut bytes = EventId::NONE.to_bytes().to_vec();
    encode_into(result, &mut bytes).map_err(io::Error::other)?;
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

    /// Where the report comes in, until it is over: then the end of the stream would be ready to
    /// be read all the time.
    pub(crate) fn fd_to_watch(&self) -> Option<BorrowedFd<'_>> {
        (!self.is_over).then(|| self.end.as_fd())
    }

    /// Reads what is there, without waiting.
    pub(crate) fn read(&mut self) -> io::Result<()> {
        let mut piece = [0; 16 << 10];
        loop {
            let end = self.end.as_fd().as_raw_fd();
            match recv(end, &mut piece, MsgFlags::MSG_DONTWAIT) {
                Ok(0) | Err(Errno::ECONNRESET) => {
                    self.is_over = true;
                    return Ok(());
                }
                Ok(got) => self.report.extend_from_slice(&piece[..got]),
                Err(Errno::EAGAIN) => return Ok(()),
                Err(Errno::EINTR) => {}
                Err(errno) => return Err(errno.into()),
            }
        }
    }

    /// What came of the target; `None` when the child ended before that.
    pub(crate) fn result<T: Message>(&self) -> Result<Option<Result<T, Failure>>, DecodeError> {
        self.report.get(EVENT_BYTES..).map(decode).transpose()
    }

    /// The child's last event, if there was a report.
    pub(crate) fn exit_event(&self) -> EventId {
        let event = self.report.first_chunk();
        event.map_or(EventId::NONE, |event| EventId::from_bytes(*event))
    }
}
