//! One side of a ring, as the other one sees it: how far it has come, and whether it sleeps.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering, fence};
use std::time::{Duration, Instant};

use common::EventId;

use super::Ring;
use crate::bell::{self, Bell};
use crate::position::Position;

/// How long a call may wait.
#[derive(Debug, Clone, Copy)]
pub enum Patience {
    /// Not at all.
    None,
    /// Until then.
    Until(Instant),
    /// For as long as the other side lives.
    Forever,
}

impl Patience {
    /// Up to `limit` from now.
    #[must_use]
    pub fn up_to(limit: Duration) -> Self {
        Instant::now()
            .checked_add(limit)
            .map_or(Self::Forever, Self::Until)
    }

    pub(crate) fn deadline(self) -> Option<Instant> {
        match self {
            Self::None => Some(Instant::now()),
            Self::Until(deadline) => Some(deadline),
            Self::Forever => None,
        }
    }

    pub(crate) fn is_over(self) -> bool {
        self.deadline()
            .is_some_and(|deadline| deadline <= Instant::now())
    }
}

/// In shared memory. What one side writes all the time lies apart from what the other does, or
/// the two processors would take the cache line from each other with each message.
#[derive(Debug, Default)]
#[repr(C, align(128))]
pub(super) struct Side {
    /// How far this side has come: `tail` for the writer, `head` for the reader.
    pub(super) position: AtomicU64,
    /// 1 while this side sleeps, or is about to. A flag that is set again before each sleep, and
    /// no count: a sleeper that is killed cannot leave it wrong for good.
    pub(super) sleeps: AtomicU32,
    /// 1 when some reader has been closed: the writer looks at its bell. (A reader that finds
    /// nothing asks its bell anyway.)
    pub(super) left: AtomicU32,
    /// While recording: the event of the last close.
    closed: [AtomicU64; 2],
}

/// The other side has gone.
pub(super) struct Gone;

/// Attempts before a sleep: half of them at once, half of them with a yield.
const TRIES: u32 = 40;

impl Side {
    pub(super) fn position(&self, ordering: Ordering) -> Position {
        Position(self.position.load(ordering))
    }

    /// Wakes this side if it sleeps, after the other one has moved its position.
    ///
    /// The sleeper sets its flag, then looks at the other's position; the other has moved it, and
    /// now looks at the flag. The two fences put these four steps into one order, so at least one of
    /// the two sees the other. Without them both could look first, and the sleeper sleep on.
    pub(super) fn wake(&self, bell: &Bell) {
        fence(Ordering::SeqCst);
        // Cleared before the ring: the other way round, the sleeper could be awake and about to
        // sleep again in between, and we would clear its new flag. Killed between the two, we
        // leave a sleeper that looks again after `LONGEST_SLEEP`.
        if self.sleeps.load(Ordering::Relaxed) != 0 && self.sleeps.swap(0, Ordering::Relaxed) != 0 {
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
        // First try, then give the processor away: on a quiet machine the other side answers
        // within a microsecond, and a sleep costs fifty.
        for attempt in 0..TRIES {
            if ready() {
                return Ok(true);
            }
            if matches!(patience, Patience::None) {
                break;
            }
            if attempt < TRIES / 2 {
                std::hint::spin_loop();
            } else {
                std::thread::yield_now();
            }
        }
        loop {
            // Asked before the last look: what the other side did, it did before it went. And
            // hushed before the flag is set: what is rung after that must not be lost.
            let is_gone = bell.hush_and_ask_if_gone();
            self.sleeps.store(1, Ordering::Relaxed);
            fence(Ordering::SeqCst); // see `wake`
            let answer = match ready() {
                true => Some(Ok(true)),
                false if is_gone => Some(Err(Gone)),
                false => patience.is_over().then_some(Ok(false)),
            };
            if let Some(answer) = answer {
                self.sleeps.store(0, Ordering::Relaxed);
                return answer;
            }
            bell::sleep(&mut [bell.as_poll_fd()], patience.deadline());
        }
    }

    /// Notes the event of a close.
    #[expect(clippy::cast_possible_truncation, reason = "cut into its two halves")]
    pub(super) fn note_close(&self, event: EventId) {
        let bits = u128::from_le_bytes(event.to_bytes());
        self.closed[0].store(bits as u64, Ordering::Relaxed);
        self.closed[1].store((bits >> 64) as u64, Ordering::Relaxed);
    }

    /// The event of the last close.
    pub(super) fn close_event(&self) -> EventId {
        let [low, high] = [0, 1].map(|half| u128::from(self.closed[half].load(Ordering::Relaxed)));
        EventId::from_bytes((high << 64 | low).to_le_bytes())
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
        self.0.header.reader.left.store(1, Ordering::SeqCst);
    }
}
