//! Code for speed alone: without any of these waits and omitted checks every message would still
//! arrive.

use std::hint;
use std::thread;
use std::time::{Duration, Instant};

use nix::time::{ClockId, clock_gettime};

/// How often a side checks without a break: the other side may be at work on another processor, a
/// microsecond from its answer.
const LOOKS: u32 = 40;

/// The cost of a sleep: to fall asleep, and to be woken by a system call of the other side, which
/// on a virtual machine takes some ten microseconds. A side that first waits for that time has lost
/// at most as much again, however long the wait becomes. It must not be less: a side that sleeps
/// before the other has finished waking it makes the other one sleep in turn, and so on with each
/// message.
const SLEEP_COSTS: Duration = Duration::from_micros(50);

/// Waits awake until `ready` returns true, but not longer than a sleep costs, and not beyond
/// `deadline`; returns whether it is ready.
///
/// It yields the processor in each round, since the other side may be waiting for this very one.
/// Other programs may be, too: after a long round it stops.
pub(crate) fn wait_awake(deadline: Option<Instant>, mut ready: impl FnMut() -> bool) -> bool {
    for _ in 0..LOOKS {
        if ready() {
            return true;
        }
        hint::spin_loop();
    }
    let until = Instant::now() + SLEEP_COSTS;
    let until = deadline.map_or(until, |deadline| deadline.min(until));
    while Instant::now() < until {
        thread::yield_now();
        if ready() {
            return true;
        }
    }
    false
}

/// How far a reader lets itself fall behind a busy writer.
///
/// A reader that has caught up reads `tail` before each message, and each such look takes the cache
/// line away from the writer. The writer is then as slow as the line moves between the processors (150
/// ns), a few times slower than both could be. So a reader that finds only a few messages at a look
/// lets more arrive before the next one; but not if it finds none, since then each answer may wait for
/// the one before it. And it starts again from 0 if the longest lag has brought only one message:
/// otherwise a reader whose answers are always there when it looks would be late each time.
#[derive(Debug, Default)]
pub(crate) struct Lag(u32);

/// A look that finds at least this number of new messages is worth its cost.
const MANY: u32 = 32;

/// In rounds of `spin_loop`, some 10 to 40 ns each.
const LONGEST_LAG: u32 = 127;

impl Lag {
    /// Lets the writer go ahead, for at most some microseconds.
    #[inline]
    pub(crate) fn fall_behind(&self) {
        for _ in 0..self.0 {
            hint::spin_loop();
        }
    }

    /// Adapts the lag after a look that found `messages` new messages.
    #[inline]
    pub(crate) fn adapt(&mut self, messages: u32) {
        match messages {
            0 => self.0 = 0,
            // The writer itself is that slow: waiting for it makes nothing faster.
            1 if self.0 == LONGEST_LAG => self.0 = 0,
            1..MANY => self.0 = (2 * self.0 + 1).min(LONGEST_LAG),
            MANY.. => {}
        }
    }
}

/// How often a writer yields to a reader that is a whole ring behind.
const LONGEST_LEAD: u32 = 20;

/// Called when the ring is full. A writer that took the first little room would find it full again
/// at once, look again, and so on with each message, and each look takes the cache line of the head
/// from the reader. So it waits until there is `enough` room, but not for long.
#[cold]
pub(crate) fn lead(mut enough: impl FnMut() -> bool) {
    for _ in 0..LONGEST_LEAD {
        thread::yield_now();
        if enough() {
            break;
        }
    }
}

/// The most pieces that a [`Watch`] lets pass without reading the clock.
const LONGEST_STRIDE: u32 = 63;

/// Decides when a writer asks the kernel whether a reader is left.
///
/// A killed reader sends no signal, and a system call before each message would cost more than the
/// message. So the writer asks once in each tick of the coarse clock (10 ms or less). Even reading
/// that clock costs a good part of a short message: a writer that finds the same tick again is a
/// quick one, and skips twice as many reads as before. So a writer that was quick and has become
/// slow may write 63 more pieces before it asks.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    /// The tick of the last question, in milliseconds.
    asked_at_ms: Option<i64>,
    /// How many pieces to write without reading the clock: between two reads, and from now on.
    stride: u32,
    unasked: u32,
}

impl Watch {
    /// Whether to ask before this piece.
    #[inline]
    pub(crate) fn is_due(&mut self) -> bool {
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

/// A clock that costs some nanoseconds and advances every few milliseconds.
fn coarse_ms() -> i64 {
    let Ok(now) = clock_gettime(ClockId::CLOCK_MONOTONIC_COARSE) else {
        return -1; // Linux always has this clock.
    };
    now.tv_sec() * 1000 + now.tv_nsec() / 1_000_000
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The mean number of rounds before a look, over 800 looks that each find `messages` messages.
    fn mean_lag(messages: u32) -> u32 {
        let mut lag = Lag::default();
        let turns = |_| {
            lag.adapt(messages);
            lag.0
        };
        (0..800).map(turns).sum::<u32>() / 800
    }

    #[test]
    fn a_lag_lasts_where_it_brings_more_than_one_message() {
        assert_eq!(mean_lag(0), 0);
        assert!(mean_lag(1) < LONGEST_LAG / 2);
        assert!(mean_lag(2) > LONGEST_LAG / 2);
        assert!(mean_lag(MANY - 1) > LONGEST_LAG / 2);
    }
}
