//! Barrier: no thread goes on before all have arrived.

use std::fmt;
use std::time::Duration;

use monitor::{Monitor, MonitorGuard, TimedOut};

use crate::error::{BrokenBarrier, NoParties};

/// A meeting point for a fixed number of threads, which can be used again and again.
///
/// When a thread gives up, by [`abort`](Self::abort) or at its limit, the barrier is broken for
/// good: every call of `wait`, under way or later, returns [`BrokenBarrier`], and none hangs.
#[derive(Debug)]
pub struct Barrier {
    parties: usize,
    state: Monitor<State>,
}

struct State {
    /// The threads of the latest round that have arrived.
    arrived: usize,
    /// How many rounds are over. A thread that wakes late sees from it that its own round is over,
    /// even if others already wait in the next one.
    round: u64,
    is_broken: bool,
}

impl State {
    fn is_over(&self, round: u64) -> bool {
        self.round != round || self.is_broken
    }
}

/// Shown in the timeline: how many threads have arrived.
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

    /// Waits, without a limit, until all threads have arrived. Returns the place of this thread in the
    /// order of arrival, from 0: exactly one thread of a round has place 0, and may be its leader.
    ///
    /// # Errors
    /// [`BrokenBarrier`] when a thread gave up, before or during the wait.
    pub fn wait(&self) -> Result<usize, BrokenBarrier> {
        self.meet(|state, round| self.state.wait_until(state, |s| s.is_over(round)))
    }

    /// Waits as [`wait`](Self::wait) does, but gives up, and so breaks the barrier, if the others
    /// have not arrived within `limit`.
    ///
    /// # Errors
    /// [`BrokenBarrier`] when another thread, or this one, gave up.
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

    /// Breaks the barrier: every thread that waits now or comes later gets [`BrokenBarrier`].
    pub fn abort(&self) {
        self.break_it(&mut self.state.lock());
    }

    /// Whether the barrier is broken, because a thread gave up.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        self.state.lock().is_broken
    }

    fn break_it(&self, state: &mut State) {
        state.is_broken = true;
        self.state.notify_all();
    }

    /// Arrives, and ends the round if all have; otherwise calls `wait`, which returns when it is over.
    fn meet<'a>(
        &'a self,
        wait: impl FnOnce(MonitorGuard<'a, State>, u64) -> MonitorGuard<'a, State>,
    ) -> Result<usize, BrokenBarrier> {
        let mut state = self.state.lock();
        if state.is_broken {
            return Err(BrokenBarrier);
        }
        if state.arrived == self.parties {
            // This thread is the first of the next round.
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
        // A round that was completed counts, even if the next one is already broken.
        if state.round == round {
            return Err(BrokenBarrier);
        }
        Ok(place)
    }
}
