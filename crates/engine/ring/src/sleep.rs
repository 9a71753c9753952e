//! One side of a ring, as the other one sees it: how far it has come, and whether it sleeps.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use common::LastEvent;

use super::{Patience, Ring, wait_awake};
use crate::bell::{self, Bell};
use crate::position::Position;

/// In shared memory: what one side writes.
///
/// The two processors must not take cache lines from each other with each message. So what a
/// side writes all the time has a line of its own (two: processors fetch pairs), and what both
/// look at all the time lies apart from that and is seldom written.
#[derive(Debug, Default)]
#[repr(C)]
pub(super) struct Side {
    pub(super) place: Place,
    pub(super) notice: Notice,
}

/// How far a side has come; the other one looks here only when it has nothing left to do.
#[derive(Debug, Default)]
#[repr(C, align(128))]
pub(super) struct Place {
    /// `tail` for the writer, `head` for the reader.
    pub(super) position: AtomicU64,
    /// The other side's position when this one last looked: it is there or further. Here and not
    /// in the handle, since a queue has many handles to a side: what one of them saw would be
    /// wrong when the others have gone round the ring since. (The lock that makes it the one
    /// writer also lets it see what the last one saw.)
    pub(super) seen: AtomicU64,
}

/// What a side has to tell the other.
#[derive(Debug, Default)]
#[repr(C, align(128))]
pub(super) struct Notice {
    /// 1 while this side sleeps, or is about to. A flag that is set again before each sleep, and
    /// no count: a sleeper that is killed cannot leave it wrong for good.
    pub(super) sleeps: AtomicU32,
    /// 1 when some reader has been closed: the writer looks at its bell. (A reader that finds
    /// nothing asks its bell anyway.)
    pub(super) left: AtomicU32,
    /// While recording: the event of the last close.
    pub(super) closed: LastEvent,
}

/// The other side has gone.
pub(super) struct Gone;

impl Side {
    #[inline]
    pub(super) fn position(&self, ordering: Ordering) -> Position {
        Position(self.place.position.load(ordering))
    }

    #[inline]
    pub(super) fn seen(&self) -> Position {
        Position(self.place.seen.load(Ordering::Relaxed))
    }

    /// Looks how far the other side has come.
    #[inline]
    pub(super) fn look_at(&self, other: &Self) -> Position {
        // What the other side did before it moved on is done.
        let seen = other.position(Ordering::Acquire);
        self.place.seen.store(seen.0, Ordering::Relaxed);
        seen
    }

    /// Moves this side on, the one store by which a piece or its room comes to be, and wakes the
    /// other side if that sleeps.
    ///
    /// There is no fence between the two, which took a fifth of the time of a short message. So the
    /// processor may look at the flag first, and not see one that is being set; see
    /// [`say_asleep`](Self::say_asleep) for what a sleeper makes of that.
    #[inline]
    pub(super) fn move_to(&self, position: Position, other: &Self, bell: &Bell) {
        self.place.position.store(position.0, Ordering::Release);
        if other.notice.sleeps.load(Ordering::Relaxed) != 0 {
            other.wake(bell);
        }
    }

    /// Says that this side sleeps; gives how long it may, if it has looked once more and there is
    /// nothing to do.
    ///
    /// The other side moves on and then looks at the flag; we set the flag and then look whether
    /// it has moved. Its move may reach us some hundred nanoseconds later than it looked: then it
    /// has not seen the flag, we do not see the move, and nobody wakes us. So the first sleep
    /// under a new flag is a nap, after which the move is there to be seen. Whoever moves after
    /// the nap sees the flag.
    pub(super) fn say_asleep(&self) -> Duration {
        match self.notice.sleeps.swap(1, Ordering::SeqCst) {
            0 => bell::NAP,
            _ => bell::LONGEST_SLEEP,
        }
    }

    /// Says that it does not.
    pub(super) fn say_awake(&self) {
        self.notice.sleeps.store(0, Ordering::Relaxed);
    }

    #[cold]
    fn wake(&self, bell: &Bell) {
        // Cleared before the ring: the other way round, the sleeper could be awake and about to
        // sleep again in between, and we would clear its new flag. Killed between the two, we
        // leave a sleeper that looks again after `LONGEST_SLEEP`.
        if self.notice.sleeps.swap(0, Ordering::Relaxed) != 0 {
            bell.ring();
        }
    }

    /// Waits until `ready`, or until patience is over (`Ok(false)`), or until the other side has
    /// gone (`Err`) and `ready` is still not so.
    pub(super) fn wait(
        &self,
        bell: &Bell,
        patience: Patience,
        mut ready: impl FnMut() -> bool,
    ) -> Result<bool, Gone> {
        if let Patience::None = patience {
            return Self::look_without_sleep(bell, ready);
        }
        if wait_awake(patience.deadline(), &mut ready) {
            return Ok(true);
        }
        loop {
            // Asked before the last look: what the other side did, it did before it went. And
            // hushed before the flag is set: what is rung after that must not be lost.
            let is_gone = bell.hush_and_ask_if_gone();
            let longest = self.say_asleep();
            let answer = match ready() {
                true => Some(Ok(true)),
                false if is_gone => Some(Err(Gone)),
                false => patience.is_over().then_some(Ok(false)),
            };
            if let Some(answer) = answer {
                self.say_awake();
                return answer;
            }
            bell::sleep(&mut [bell.as_poll_fd()], patience.deadline(), longest);
        }
    }

    /// [`wait`](Self::wait) without patience. It leaves the flag as it is: who does not sleep has
    /// nothing to say, and `wait_any`, which looks in this way, has said it for a longer sleep.
    fn look_without_sleep(bell: &Bell, mut ready: impl FnMut() -> bool) -> Result<bool, Gone> {
        if ready() {
            return Ok(true);
        }
        // Asked before the last look, as in `wait`.
        let is_gone = bell.hush_and_ask_if_gone();
        match ready() {
            true => Ok(true),
            false if is_gone => Err(Gone),
            false => Ok(false),
        }
    }
}

/// The ring, as a reader has it. Drop says that a reader has left.
///
/// A reader has its bell before this, and so drops it first: the writer that hears that a reader
/// has left looks at the bell, and has to find it closed.
#[derive(Debug, Clone)]
pub(super) struct Leaving(pub(super) Arc<Ring>);

impl Drop for Leaving {
    fn drop(&mut self) {
        self.0.header.reader.notice.left.store(1, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_sleep_under_a_new_flag_is_a_nap() {
        let side = Side::default();
        let (bell, _other) = bell::pair().unwrap();
        assert_eq!(side.say_asleep(), bell::NAP);
        assert_eq!(side.say_asleep(), bell::LONGEST_SLEEP, "the flag stands");
        side.wake(&bell);
        assert_eq!(
            side.say_asleep(),
            bell::NAP,
            "it was cleared by the other side"
        );
        side.say_awake();
        assert_eq!(side.say_asleep(), bell::NAP, "and by this one");
        assert!(matches!(
            side.wait(&bell, Patience::None, || false),
            Ok(false)
        ));
        assert_eq!(side.say_asleep(), bell::LONGEST_SLEEP, "a look is no sleep");
    }
}
