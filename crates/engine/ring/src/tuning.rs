//! How a side waits awake: before it sleeps, and so that both sides work at full speed.

use std::hint;
use std::thread;
use std::time::{Duration, Instant};

/// Looks at the other side without a break: it may be at work on another processor, a microsecond
/// from its answer.
const LOOKS: u32 = 40;

/// What a sleep costs: to fall asleep, and to be woken by a system call of the other side, which
/// on a virtual machine takes some ten microseconds. Whoever first waits that long has lost at
/// most as much again, however long the wait becomes. And it must be no less: a side that sleeps
/// sooner than the other one is through with waking it makes the other one sleep in turn, and so
/// on with each message.
const SLEEP_COSTS: Duration = Duration::from_micros(50);

/// Waits until `ready`, awake, and not longer than a sleep costs or than `deadline`; gives whether
/// it is.
///
/// It gives the processor away at each turn, since the other side may be waiting for this very
/// one. Somebody else may be, too: a turn that was long is the last one.
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

/// How far a reader stays behind a writer that is at work.
///
/// A reader that has caught up looks at `tail` before each message, and each look takes the cache
/// line away from the writer, which then is as slow as the line comes and goes (150 ns), a few
/// times slower than both could be. So a reader that finds only a few messages at a look lets some
/// more come before the next one; but not where it finds none, since there each answer may wait
/// for the one before it. And it starts again from nothing where the longest lag has brought one
/// message alone: a reader whose answers are always there when it comes would be late each time.
#[derive(Debug, Default)]
pub(super) struct Lag(u32);

/// So many messages are worth a look.
const MANY: u32 = 32;

/// In turns of `spin_loop`, some 10 to 40 ns each.
const LONGEST_LAG: u32 = 127;

impl Lag {
    /// Lets the writer go ahead, for at most some microseconds.
    #[inline]
    pub(super) fn fall_behind(&self) {
        for _ in 0..self.0 {
            hint::spin_loop();
        }
    }

    /// After a look, which found so many new messages.
    #[inline]
    pub(super) fn adapt(&mut self, messages: u32) {
        match messages {
            0 => self.0 = 0,
            // The writer is that slow by itself: to wait for it makes nothing faster.
            1 if self.0 == LONGEST_LAG => self.0 = 0,
            1..MANY => self.0 = (2 * self.0 + 1).min(LONGEST_LAG),
            MANY.. => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The turns before each of many looks, of which each finds so many messages.
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
