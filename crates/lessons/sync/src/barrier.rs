//! Barrier: no thread goes on before all have come.

use std::fmt;
use std::time::Duration;

use monitor::{Monitor, MonitorGuard, TimedOut};

use crate::error::{BrokenBarrier, NoParties};

/// A meeting point for a fixed number of threads, which can be used again and again.
///
/// When one of them gives up, by [`abort`](Self::abort) or by a limit, the barrier is broken, for
/// good: all that wait and all that come later get [`BrokenBarrier`], and none hangs.
#[derive(Debug)]
pub struct Barrier {
    parties: usize,
    state: Monitor<State>,
}

struct State {
    /// Those of the latest round that have come.
    arrived: usize,
    /// How many rounds are over. A thread that wakes late sees by it that its own is, though others
    /// may already wait for the next.
    round: u64,
    is_broken: bool,
}

impl State {
    fn is_over(&self, round: u64) -> bool {
        self.round != round || self.is_broken
    }
}

/// As the timeline shows it: how many have come.
impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.is_broken {
            true => f.write_str("broken"),
            false => self.arrived.fmt(f),
        }
    }
}

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
            is_broken: false,
        };
        Ok(Self {
            parties,
            state: Monitor::of_kind("barrier", state),
        })
    }

    /// Waits, without a limit, until all have come. Returns the place in which this thread came,
    /// from 0: exactly one of a round has place 0, and may be its leader.
    ///
    /// # Errors
    /// [`BrokenBarrier`] when one of them gave up, before or during the wait.
    pub fn wait(&self) -> Result<usize, BrokenBarrier> {
        self.meet(|state, round| self.state.wait_until(state, |s| s.is_over(round)))
    }

    /// As [`wait`](Self::wait), but when the others have not come within `limit`, this thread gives
    /// up.
    ///
    /// # Errors
    /// [`BrokenBarrier`] when one of them, or this one, gave up.
    pub fn wait_timeout(&self, limit: Duration) -> Result<usize, BrokenBarrier> {
        self.meet(|state, round| {
            let over = |state: &State| state.is_over(round);
            match self.state.wait_until_timeout(state, limit, over) {
                Ok(state) => state,
                Err(TimedOut(mut state)) => {
                    self.break_it(&mut state);
                    state
                }
            }
        })
    }

    /// Breaks the barrier: all that wait, and all that come, get [`BrokenBarrier`].
    pub fn abort(&self) {
        self.break_it(&mut self.state.lock());
    }

    /// Whether the barrier is broken: a thread gave up.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        self.state.lock().is_broken
    }

    fn break_it(&self, state: &mut State) {
        state.is_broken = true;
        self.state.notify_all();
    }

    /// Comes, and ends the round if all have; otherwise calls `wait`, which returns when it is over.
    fn meet<'a>(
        &'a self,
        wait: impl FnOnce(MonitorGuard<'a, State>, u64) -> MonitorGuard<'a, State>,
    ) -> Result<usize, BrokenBarrier> {
        let mut state = self.state.lock();
        if state.is_broken {
            return Err(BrokenBarrier);
        }
        if state.arrived == self.parties {
            // The first of the next round.
            state.arrived = 0;
        }
        let (place, round) = (state.arrived, state.round);
        state.arrived += 1;
        if state.arrived == self.parties {
            state.round += 1;
            self.state.notify_all();
        } else {
            state = wait(state, round);
        }
        // A round that came to its end was good, even if the next one is broken already.
        if state.round == round {
            return Err(BrokenBarrier);
        }
        Ok(place)
    }
}
