//! What both views and the page need to know of a run, looked up once.

use std::collections::HashMap;

use crate::moments::{Leaving, leavings};
use crate::run::{Class, Run};
use crate::spans::Hold;

pub(crate) struct Facts {
    holds: HashMap<usize, Vec<Hold>>,
    leavings: Vec<Leaving>,
}

impl Facts {
    pub(crate) fn of(run: &Run) -> Self {
        let things = run.things.iter().enumerate();
        let locks = things.filter(|(_, thing)| thing.class == Class::Lock);
        let holds = locks.map(|(thing, _)| (thing, run.holds(thing))).collect();
        Self {
            holds,
            leavings: leavings(run),
        }
    }

    /// How often a lock was held.
    pub(crate) fn holds(&self, thing: usize) -> &[Hold] {
        self.holds.get(&thing).map_or(&[], Vec::as_slice)
    }

    /// How a lane goes, and with which event.
    pub(crate) fn leaving(&self, lane: usize) -> Leaving {
        self.leavings.get(lane).copied().unwrap_or(Leaving::Unknown)
    }
}
