//! How one side sleeps, is woken by the other, and learns that the other has gone: by a socket pair.
//!
//! A side that has nothing to do sleeps until its end of the pair is readable. A byte in it means
//! "check again"; end of file means that the last process with the other end has closed it or died.
//! The kernel closes the ends of a killed process, so no side waits for a dead peer.

use std::io;
use std::os::fd::{AsFd, AsRawFd};
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use child::{End, Patience, poll_timeout};
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::socket::{MsgFlags, recv, send};

use crate::layout::Side;
use crate::tuning::wait_awake;

/// The longest sleep. A process that is killed between publishing a message and ringing leaves a
/// sleeper unwoken; so a sleeper checks again by itself.
const LONGEST_SLEEP: Duration = Duration::from_millis(100);

/// The longest sleep of a side that has just set its flag: a thousand times as long as a store
/// takes to reach the other processors.
const NAP: Duration = Duration::from_millis(1);

/// Whether a sleeper checks by itself after [`LONGEST_SLEEP`].
static LOOKS_BY_ITSELF: AtomicBool = AtomicBool::new(true);

/// For tests: from now on a side of this process, or of one that it forks, sleeps until it is
/// woken. A missing wake-up then hangs the sleeper, instead of being repaired after 100 ms.
pub fn sleep_until_woken() {
    LOOKS_BY_ITSELF.store(false, Ordering::Relaxed);
}

/// The other side has gone.
pub(crate) struct PeerClosed;

/// One end of the pair: a side sleeps on it, and rings it to wake the other side.
#[derive(Debug)]
pub(crate) struct Bell(End);

impl Bell {
    /// Makes both ends.
    pub(crate) fn pair() -> io::Result<(Self, Self)> {
        let (one, other) = UnixStream::pair().map_err(|error| {
            let text =
                format!("cannot make a pair of sockets: {error}; close some files (ulimit -n)");
            io::Error::new(error.kind(), text)
        })?;
        Ok((Self(End::new(one.into())), Self(End::new(other.into()))))
    }

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

    /// Wakes the other side if it sleeps. To be called after this side has moved on.
    ///
    /// There is no fence between the move and this check; a fence took a fifth of the time of a
    /// short message. So the processor may read the flag first, and miss one that is just being
    /// set; [`set_asleep`] describes how a sleeper allows for that.
    #[inline]
    pub(crate) fn wake(&self, other: &Side) {
        if other.notice.sleeps.load(Ordering::Relaxed) != 0 {
            self.wake_sleeper(other);
        }
    }

    #[cold]
    fn wake_sleeper(&self, other: &Side) {
        // Cleared before the ring: in the other order, the sleeper could wake and be about to sleep
        // again in between, and we would clear its new flag. If we are killed between the two, the
        // sleeper checks again after `LONGEST_SLEEP`.
        if other.notice.sleeps.swap(0, Ordering::Relaxed) != 0 {
            // Never waits: if the socket is full, the bell is ringing already; if the other side
            // has gone, there is nothing to wake.
            let flags = MsgFlags::MSG_DONTWAIT | MsgFlags::MSG_NOSIGNAL;
            let _ringing_or_gone = send(self.0.as_fd().as_raw_fd(), b"!", flags);
        }
    }

    /// Takes all rings so far, and returns whether the other side has gone for good.
    pub(crate) fn peer_closed(&self) -> bool {
        let mut rung = [0; 64];
        let fd = self.0.as_fd().as_raw_fd();
        loop {
            match recv(fd, &mut rung, MsgFlags::MSG_DONTWAIT) {
                // A reset is a close that left unread bytes.
                Ok(0) | Err(Errno::ECONNRESET) => return true,
                Ok(_) | Err(Errno::EINTR) => {}
                Err(_) => return false,
            }
        }
    }

    /// Whether the other side has gone for good. Takes no ring, so any process may call it at any time.
    ///
    /// Source: poll(2), `POLLRDHUP`.
    pub(crate) fn has_hung_up(&self) -> bool {
        let end = PollFlags::from_bits_retain(nix::libc::POLLRDHUP);
        let mut ends = [PollFd::new(self.0.as_fd(), end)];
        matches!(poll(&mut ends, PollTimeout::ZERO), Ok(1..))
    }

    /// Waits until `ready` returns true, or the patience is over (`Ok(false)`), or the other side
    /// has gone and `ready` is still false (`Err`). `side` is the waiting side.
    pub(crate) fn wait(
        &self,
        side: &Side,
        patience: Patience,
        mut ready: impl FnMut() -> bool,
    ) -> Result<bool, PeerClosed> {
        if let Patience::None = patience {
            return self.look(ready);
        }
        if wait_awake(patience.deadline(), &mut ready) {
            return Ok(true);
        }
        loop {
            // The end is checked before the last call of `ready`: a peer's work is done before it
            // goes. And the rings are taken before the flag is set: later ones must not be lost.
            let is_closed = self.peer_closed();
            let longest = set_asleep(side);
            let answer = match ready() {
                true => Some(Ok(true)),
                false if is_closed => Some(Err(PeerClosed)),
                false => patience.is_over().then_some(Ok(false)),
            };
            if let Some(answer) = answer {
                set_awake(side);
                return answer;
            }
            sleep(&mut [self.as_poll_fd()], patience.deadline(), longest);
        }
    }

    /// Like [`wait`](Self::wait), without patience. It leaves the flag alone: this side does not
    /// sleep, and `wait_any`, which uses this call, has set the flag for a longer sleep.
    fn look(&self, mut ready: impl FnMut() -> bool) -> Result<bool, PeerClosed> {
        if ready() {
            return Ok(true);
        }
        // The end is checked before the last call of `ready`, as in `wait`.
        let is_closed = self.peer_closed();
        match ready() {
            true => Ok(true),
            false if is_closed => Err(PeerClosed),
            false => Ok(false),
        }
    }

    /// The events that poll(2) watches for: a ring, or the end.
    pub(crate) fn as_poll_fd(&self) -> PollFd<'_> {
        PollFd::new(self.0.as_fd(), PollFlags::POLLIN)
    }
}

/// Sets the side's sleep flag; returns how long the side may sleep, if it then checks once more and
/// finds nothing to do.
///
/// The other side moves on and then reads the flag; we set the flag and then check whether it has
/// moved. Its move may become visible to us some hundred nanoseconds after it read the flag: then it
/// has not seen the flag, we do not see the move, and no ring comes. So the first sleep under a new
/// flag is a nap, after which the move is visible. A side that moves after the nap sees the flag.
pub(crate) fn set_asleep(side: &Side) -> Duration {
    match side.notice.sleeps.swap(1, Ordering::SeqCst) {
        0 => NAP,
        _ if LOOKS_BY_ITSELF.load(Ordering::Relaxed) => LONGEST_SLEEP,
        _ => Duration::MAX,
    }
}

fn set_awake(side: &Side) {
    side.notice.sleeps.store(0, Ordering::Relaxed);
}

/// Sleeps until one of the bells rings or has lost its other side, or until `deadline`, for
/// `longest` at most. May wake without a reason.
pub(crate) fn sleep(bells: &mut [PollFd<'_>], deadline: Option<Instant>, longest: Duration) {
    let left = deadline.map_or(longest, |deadline| {
        deadline
            .saturating_duration_since(Instant::now())
            .min(longest)
    });
    match poll(bells, poll_timeout(left)) {
        // A signal is one of the reasonless wake-ups.
        Ok(_) | Err(Errno::EINTR) => {}
        // More bells than the process may have descriptors (a limit that was lowered), or no memory.
        Err(_) => thread::sleep(left.min(NAP)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_sleep_under_a_new_flag_is_a_nap() {
        let side = Side::default();
        let (bell, _other) = Bell::pair().unwrap();
        assert_eq!(set_asleep(&side), NAP);
        assert_eq!(set_asleep(&side), LONGEST_SLEEP, "the flag stands");
        bell.wake(&side);
        assert_eq!(set_asleep(&side), NAP, "it was cleared by the other side");
        set_awake(&side);
        assert_eq!(set_asleep(&side), NAP, "and by this one");
        let looked = bell.wait(&side, Patience::None, || false);
        assert!(matches!(looked, Ok(false)));
        assert_eq!(set_asleep(&side), LONGEST_SLEEP, "a look is no sleep");
    }
}
