//! When a writer asks the kernel whether a reader is left.
//!
//! A reader that was killed says nothing, and to ask before each message would cost more than the
//! message. So the writer asks once in each tick of the coarse clock (4 ms or less). Even a look at
//! that clock costs a good part of a short message: a writer that finds the same tick again is a
//! quick one, and leaves out twice as many looks as before.

use nix::time::{ClockId, clock_gettime};

/// The most pieces without a look at the clock.
const LONGEST_STRIDE: u32 = 63;

#[derive(Debug, Default)]
pub(super) struct Watch {
    /// The tick, in milliseconds, in which was last asked.
    asked_at_ms: Option<i64>,
    /// Pieces to write without a look at the clock: from one look to the next, and from now.
    stride: u32,
    unasked: u32,
}

impl Watch {
    /// Whether to ask before this piece.
    #[inline]
    pub(super) fn is_due(&mut self) -> bool {
        if self.unasked > 0 {
            self.unasked -= 1;
            return false;
        }
        self.is_new_tick()
    }

    #[cold]
    fn is_new_tick(&mut self) -> bool {
        let now_ms = coarse_ms();
        if self.asked_at_ms == Some(now_ms) {
            self.stride = (2 * self.stride + 1).min(LONGEST_STRIDE);
            self.unasked = self.stride;
            return false;
        }
        (self.asked_at_ms, self.stride) = (Some(now_ms), 0);
        true
    }
}

/// A clock that costs some nanoseconds and moves every few milliseconds.
fn coarse_ms() -> i64 {
    let Ok(now) = clock_gettime(ClockId::CLOCK_MONOTONIC_COARSE) else {
        return -1; // Linux always has this clock.
    };
    now.tv_sec() * 1000 + now.tv_nsec() / 1_000_000
}
