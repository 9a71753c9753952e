//! A lane is one line of the timeline: a process, a thread, or a task.
//!
//! Each lane has a name and draws its own random numbers, seeded by `--seed` and that name.
//! So a run with the same seed pauses in the same places, whatever the scheduler does.

use std::cell::RefCell;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::mem;

use rand::SeedableRng;
use rand::rngs::StdRng;

use crate::ids::thread_name;

/// The name of a process, thread or task, with its random numbers.
#[derive(Debug)]
pub struct Lane {
    name: String,
    // Made at the first use: most lanes never pause, and a generator is 300 bytes.
    pauses: Option<Box<StdRng>>,
    chaos: Option<Box<StdRng>>,
    /// How many events of this lane have been up for a disturbance.
    disturbed: u64,
}

thread_local! {
    static CURRENT: RefCell<Lane> = RefCell::new(Lane::new(thread_name()));
}

impl Lane {
    /// A lane of that name, which nobody is on yet.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            pauses: None,
            chaos: None,
            disturbed: 0,
        }
    }

    /// Draws from the lane's stream of pauses.
    pub(crate) fn pauses(&mut self, seed: u64) -> &mut StdRng {
        generator(&mut self.pauses, &self.name, seed)
    }

    /// Counts events, and draws from the lane's stream of disturbances. It is a stream of its
    /// own, so that `--chaos` does not change the pauses.
    pub(crate) fn chaos(&mut self, seed: u64) -> (&mut u64, &mut StdRng) {
        let chaos = generator(&mut self.chaos, &self.name, !seed);
        (&mut self.disturbed, chaos)
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }
}

fn generator<'a>(slot: &'a mut Option<Box<StdRng>>, name: &str, seed: u64) -> &'a mut StdRng {
    slot.get_or_insert_with(|| {
        let mut hasher = DefaultHasher::new();
        (seed, name).hash(&mut hasher);
        Box::new(StdRng::seed_from_u64(hasher.finish()))
    })
}

/// Puts the calling thread on a new lane, for good: what a child process or a new thread
/// does first.
pub fn enter(name: impl Into<String>) {
    let _left = replace(Lane::new(name));
}

/// Puts the calling thread on `lane` and gives the lane it was on: what a task does around
/// each poll.
pub fn replace(lane: Lane) -> Lane {
    CURRENT.with_borrow_mut(|current| mem::replace(current, lane))
}

/// Calls `look` with the lane of the calling thread.
pub(crate) fn with_current<R>(look: impl FnOnce(&mut Lane) -> R) -> R {
    CURRENT.with_borrow_mut(look)
}

#[cfg(test)]
mod tests {
    use rand::RngExt;

    use super::*;

    #[test]
    fn a_lane_of_the_same_name_and_seed_draws_the_same_numbers() {
        let draw = |name: &str, seed| -> [u64; 3] {
            let mut lane = Lane::new(name);
            [0; 3].map(|_| lane.pauses(seed).random())
        };
        assert_eq!(draw("sender", 5), draw("sender", 5));
        assert_ne!(draw("sender", 5), draw("sender", 6));
        assert_ne!(draw("sender", 5), draw("receiver", 5));
    }
}
