//! Barrier: no thread goes on before all have come.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use crate::condition::{Condition, TimedOut};
use crate::lock::{Lock, LockGuard};

/// A meeting point for a fixed number of threads, which can be used again and again.
///
/// When one of them gives up, by [`abort`](Self::abort) or by a limit, the barrier is broken, for
/// good: all that wait and all that come later get [`BrokenBarrier`], and none hangs.
#[derive(Debug)]
pub struct Barrier {
    parties: usize,
    state: Lock<State>,
    changed: Condition,
}

#[derive(Debug)]
struct State {
    /// Those of this round that have come.
    arrived: usize,
    /// Which meeting this is. A thread that wakes late sees by it that its own is over, though
    /// others may already wait for the next.
    round: u64,
    broken: bool,
}

/// One of the threads gave up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BrokenBarrier;

/// A barrier for no threads: none could ever come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoParties;

impl Barrier {
    /// A barrier for `parties` threads.
    ///
    /// # Errors
    /// [`NoParties`] for 0.
    pub const fn new(parties: usize) -> Result<Self, NoParties> {
        if parties == 0 {
            return Err(NoParties);
        }
        let state = State {
            arrived: 0,
            round: 0,
            broken: false,
        };
        Ok(Self {
            parties,
            state: Lock::of_kind("barrier", state),
            changed: Condition::new(),
        })
    }

    /// Waits, however long it takes, until all have come. Gives the place in which this thread
    /// came, from 0: exactly one of a round has place 0, and may be its leader.
    ///
    /// # Errors
    /// [`BrokenBarrier`] when one of them gave up, before or during the wait.
    pub fn wait(&self) -> Result<usize, BrokenBarrier> {
        let (mut state, place) = self.arrive()?;
        let round = state.round;
        if !self.complete(&mut state) {
            state = self.changed.wait_until(state, |s| s.is_over(round));
        }
        state.outcome(round, place)
    }

    /// The same, but when the others have not come within `limit`, this thread gives up.
    ///
    /// # Errors
    /// [`BrokenBarrier`] when one of them, or this one, gave up.
    pub fn wait_timeout(&self, limit: Duration) -> Result<usize, BrokenBarrier> {
        let (mut state, place) = self.arrive()?;
        let round = state.round;
        if !self.complete(&mut state) {
            let over = |s: &State| s.is_over(round);
            state = match self.changed.wait_until_timeout(state, limit, over) {
                Ok(state) => state,
                Err(TimedOut(mut state)) => {
                    state.broken = true;
                    self.changed.notify_all();
                    state
                }
            };
        }
        state.outcome(round, place)
    }

    /// Breaks the barrier: all that wait, and all that come, get [`BrokenBarrier`].
    pub fn abort(&self) {
        self.state.lock().broken = true;
        self.changed.notify_all();
    }

    /// Whether the barrier is broken: a thread gave up.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        self.state.lock().broken
    }

    fn arrive(&self) -> Result<(LockGuard<'_, State>, usize), BrokenBarrier> {
        let mut state = self.state.lock();
        if state.broken {
            return Err(BrokenBarrier);
        }
        let place = state.arrived;
        state.arrived += 1;
        Ok((state, place))
    }

    /// Ends the round if all have come.
    fn complete(&self, state: &mut State) -> bool {
        let all = state.arrived == self.parties;
        if all {
            state.arrived = 0;
            state.round += 1;
            self.changed.notify_all();
        }
        all
    }
}

impl State {
    fn is_over(&self, round: u64) -> bool {
        self.round != round || self.broken
    }

    /// A round that came to its end was good, even if the next one is broken already.
    fn outcome(&self, round: u64, place: usize) -> Result<usize, BrokenBarrier> {
        if self.round == round {
            return Err(BrokenBarrier);
        }
        Ok(place)
    }
}

impl fmt::Display for BrokenBarrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the barrier is broken: one of its threads gave up; make a new one")
    }
}

impl Error for BrokenBarrier {}

impl fmt::Display for NoParties {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("cannot make a barrier for 0 threads: nobody could come; name at least 1")
    }
}

impl Error for NoParties {}
