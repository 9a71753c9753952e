//! How one side wakes the other, and how it learns that the other has gone: a socket pair.
//!
//! Whoever has nothing to do sleeps until its end of the pair is readable. A byte in it means
//! "look again"; its end means that the last process with the other end has closed it or died.
//! The kernel closes the ends of a killed process, so nobody waits for a peer that is dead.

use std::io;
use std::os::fd::{AsFd, AsRawFd};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use multiprocess::End;
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::socket::{MsgFlags, recv, send};

/// The longest sleep. A process killed between publishing a message and ringing leaves a sleeper
/// unwoken; so a sleeper looks again by itself.
pub(crate) const LONGEST_SLEEP: Duration = Duration::from_millis(100);

/// The longest sleep of a side that has only just said that it sleeps: a thousand times as long as
/// a store takes to reach the other processors.
pub(crate) const NAP: Duration = Duration::from_millis(1);

/// One end of the pair.
#[derive(Debug)]
pub(crate) struct Bell(End);

/// Both ends.
pub(crate) fn pair() -> io::Result<(Bell, Bell)> {
    let (one, other) = UnixStream::pair().map_err(|error| {
        let text = format!("cannot make a pair of sockets: {error}; close some files (ulimit -n)");
        io::Error::new(error.kind(), text)
    })?;
    Ok((Bell(End::new(one.into())), Bell(End::new(other.into()))))
}

impl Bell {
    pub(crate) fn try_clone(&self) -> io::Result<Self> {
        Ok(Self(self.0.try_clone()?))
    }

    /// See [`End::share`].
    pub(crate) fn share(&self) {
        self.0.share();
    }

    /// Whether this process was given the end, see [`End::is_held`].
    #[inline]
    pub(crate) fn is_held(&self) -> bool {
        self.0.is_held()
    }

    /// Wakes the other side. Never waits: if the socket is full, it is ringing already; if the
    /// other side has gone, nobody needs to be woken.
    pub(crate) fn ring(&self) {
        let flags = MsgFlags::MSG_DONTWAIT | MsgFlags::MSG_NOSIGNAL;
        let _ringing_or_gone = send(self.0.as_fd().as_raw_fd(), b"!", flags);
    }

    /// Takes what has been rung so far, and says whether the other side has gone for good.
    pub(crate) fn hush_and_ask_if_gone(&self) -> bool {
        let mut rung = [0; 64];
        loop {
            match recv(
                self.0.as_fd().as_raw_fd(),
                &mut rung,
                MsgFlags::MSG_DONTWAIT,
            ) {
                // A reset is a close that left unread bytes behind.
                Ok(0) | Err(Errno::ECONNRESET) => return true,
                Ok(_) | Err(Errno::EINTR) => {}
                Err(_) => return false,
            }
        }
    }

    /// What poll(2) watches for: a ring, or the end.
    pub(crate) fn as_poll_fd(&self) -> PollFd<'_> {
        PollFd::new(self.0.as_fd(), PollFlags::POLLIN)
    }
}

/// Sleeps until one of the bells rings or has lost its other side, or until `deadline`, but not
/// longer than `longest`. May wake without a reason.
pub(crate) fn sleep(bells: &mut [PollFd<'_>], deadline: Option<Instant>, longest: Duration) {
    let left = deadline.map_or(longest, |deadline| {
        deadline
            .saturating_duration_since(Instant::now())
            .min(longest)
    });
    let millis = left.as_nanos().div_ceil(1_000_000);
    let timeout = PollTimeout::try_from(millis).unwrap_or(PollTimeout::ZERO);
    // EINTR is one of the wakings without a reason.
    let _look_again = poll(bells, timeout);
}
