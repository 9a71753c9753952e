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
/// for the one before it.
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
            1..MANY => self.0 = (2 * self.0 + 1).min(LONGEST_LAG),
            MANY.. => {}
        }
    }
}
