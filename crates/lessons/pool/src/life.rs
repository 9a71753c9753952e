//! What the owner of a pool tells its supervisor: that no work will come any more, and by its end,
//! that all is to end.

use std::io;
use std::os::fd::{AsFd, AsRawFd};
use std::os::unix::net::UnixStream;

use multiprocess::End;
use nix::errno::Errno;
use nix::sys::socket::{MsgFlags, recv, send};

/// What the owner wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wish {
    Work,
    /// Every task has been answered, and no other will come.
    NoMore,
    /// It wants all to end, or has died.
    End,
}

/// The owner's side. When it is dropped, the supervisor ends all.
#[derive(Debug)]
pub(crate) struct Life(End);

/// The supervisor's side.
#[derive(Debug)]
pub(crate) struct Owner {
    end: End,
    wish: Wish,
}

pub(crate) fn pair() -> io::Result<(Life, Owner)> {
    let (life, owner) = UnixStream::pair()?;
    let owner = Owner {
        end: End::new(owner.into()),
        wish: Wish::Work,
    };
    Ok((Life(End::new(life.into())), owner))
}

impl Life {
    /// To be told *before* the queue of tasks is closed: then the supervisor knows it when it
    /// looks after the end of a worker that has found the queue closed.
    pub(crate) fn no_more_work(&self) {
        let flags = MsgFlags::MSG_DONTWAIT | MsgFlags::MSG_NOSIGNAL;
        let _gone = send(self.0.as_fd().as_raw_fd(), b".", flags);
    }
}

impl Owner {
    /// What becomes readable when the wish changes.
    pub(crate) fn end(&self) -> &End {
        &self.end
    }

    /// What it wants by now. Does not wait.
    pub(crate) fn wish(&mut self) -> Wish {
        let mut told = [0; 8];
        while self.wish != Wish::End {
            let flags = MsgFlags::MSG_DONTWAIT;
            match recv(self.end.as_fd().as_raw_fd(), &mut told, flags) {
                Ok(0) | Err(Errno::ECONNRESET) => self.wish = Wish::End,
                Ok(_) => self.wish = Wish::NoMore,
                Err(Errno::EINTR) => {}
                Err(_) => break,
            }
        }
        self.wish
    }
}
