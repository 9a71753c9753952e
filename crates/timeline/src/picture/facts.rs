//! What both views and the page need to know of a run, looked up once.

use std::collections::HashMap;

use common::Kind;

use crate::run::{Class, End, Run};
use crate::spans::Hold;

/// How a lane ends in the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// By itself.
    Itself,
    /// Somebody killed it.
    Killed,
    /// The log ends before it does.
    Open,
}

pub(crate) struct Facts {
    holds: HashMap<usize, Vec<Hold>>,
    /// For each lane how it ends, and the event that it ends with.
    ends: Vec<(Option<usize>, Ending)>,
}

impl Facts {
    pub(crate) fn of(run: &Run) -> Self {
        let things = run.things.iter().enumerate();
        let locks = things.filter(|(_, thing)| thing.class == Class::Lock);
        let holds = locks.map(|(thing, _)| (thing, run.holds(thing))).collect();
        let mut kills: HashMap<&str, usize> = HashMap::new();
        for (place, event) in run.events.iter().enumerate() {
            if event.kind == Kind::Kill {
                kills.entry(&event.what).or_insert(place);
            }
        }
        let end = |lane: &crate::run::Lane| {
            let last = lane.events.last().copied();
            let kill = kills.get(&*lane.name).copied().max(last);
            match lane.end {
                End::Exit(event) => (Some(event), Ending::Itself),
                End::Killed(_) if kill > last => (kill, Ending::Killed),
                End::Killed(join) => (Some(join), Ending::Killed),
                End::Unknown if kills.contains_key(&*lane.name) => (kill, Ending::Killed),
                End::Unknown => (None, Ending::Open),
            }
        };
        Self {
            holds,
            ends: run.lanes.iter().map(end).collect(),
        }
    }

    /// How often a lock was held.
    pub(crate) fn holds(&self, thing: usize) -> &[Hold] {
        self.holds.get(&thing).map_or(&[], Vec::as_slice)
    }

    /// The event that a lane ends with, and how.
    pub(crate) fn end(&self, lane: usize) -> (Option<usize>, Ending) {
        self.ends.get(lane).copied().unwrap_or((None, Ending::Open))
    }
}
