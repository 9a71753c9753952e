//! Facts on a run that both views and the page need, computed once.

use std::collections::HashMap;

use crate::run::holds::Hold;
use crate::run::holds::holds;
use crate::run::leaving::{Leaving, leavings};
use crate::run::{Class, Run};

pub(crate) struct Facts {
    holds: HashMap<usize, Vec<Hold>>,
    leavings: Vec<Leaving>,
}

impl Facts {
    pub(crate) fn of(run: &Run) -> Self {
        let leavings = leavings(run);
        let things = run.things.iter().enumerate();
        let locks = things.filter(|(_, thing)| thing.class == Class::Lock);
        let holds = locks.map(|(lock, _)| (lock, holds(run, lock, &leavings)));
        Self {
            holds: holds.collect(),
            leavings,
        }
    }

    /// All holds of a lock.
    pub(crate) fn holds(&self, thing: usize) -> &[Hold] {
        self.holds.get(&thing).map_or(&[], Vec::as_slice)
    }

    /// How a lane ends, and with which event.
    pub(crate) fn leaving(&self, lane: usize) -> Leaving {
        self.leavings.get(lane).copied().unwrap_or(Leaving::Unknown)
    }
}
