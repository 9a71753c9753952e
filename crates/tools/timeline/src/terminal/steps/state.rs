//! The state of every lane at one moment of the run.

use std::collections::HashMap;

use common::Kind;

use crate::run::leaving::{Leaving, leavings};
use crate::run::spans::State;
use crate::run::spans::states;
use crate::run::{Class, Run};

/// The state of the lanes at a moment; [`advance`](Self::advance) moves to the next event.
pub(super) struct Moment<'a> {
    run: &'a Run,
    /// What the lane of each event does after the event.
    pub(super) states: Vec<State>,
    /// The lane that each fork creates.
    pub(super) children: HashMap<usize, usize>,
    /// The lanes that end with each event.
    gone: HashMap<usize, Vec<usize>>,
    /// The lane that no longer has a lock after an event.
    released: HashMap<usize, usize>,
    pub(super) lanes: Vec<Option<Doing>>,
}

/// The state of a lane.
#[derive(Debug, Clone, Copy)]
pub(super) struct Doing {
    pub(super) state: State,
    /// The number of locks that it has.
    pub(super) locks: usize,
}

impl<'a> Moment<'a> {
    /// Creates the state before the first event.
    pub(super) fn new(run: &'a Run) -> Self {
        let mut children = HashMap::new();
        let mut gone: HashMap<usize, Vec<usize>> = HashMap::new();
        for (index, leaving) in leavings(run).into_iter().enumerate() {
            let first = run.lanes[index].events.first();
            let fork = first.and_then(|&first| run.events[first].cause);
            if let Some(fork) = fork.filter(|&fork| run.events[fork].kind == Kind::Fork) {
                children.insert(fork, index);
            }
            if let Leaving::Ends(event) | Leaving::Killed(event) = leaving {
                gone.entry(event).or_default().push(index);
            }
        }
        let is_lock = |thing: &usize| run.things[*thing].class == Class::Lock;
        let holds = (0..run.things.len())
            .filter(is_lock)
            .flat_map(|lock| run.holds(lock));
        let released = holds
            .filter_map(|hold| Some((hold.release?, hold.lane)))
            .collect();
        Self {
            run,
            states: states(run),
            children,
            gone,
            released,
            lanes: vec![None; run.lanes.len()],
        }
    }

    /// The lanes that end with an event, which may be an event of another lane.
    pub(super) fn gone(&self, event: usize) -> &[usize] {
        self.gone.get(&event).map_or(&[], |gone| gone)
    }

    /// Moves to an event; `event` is the one after the current event.
    pub(super) fn advance(&mut self, event: usize) {
        let (lane, kind) = (self.run.events[event].lane, self.run.events[event].kind);
        let works = Doing {
            state: State::Works,
            locks: 0,
        };
        if let Some(&child) = self.children.get(&event) {
            self.lanes[child] = Some(works);
        }
        let doing = self.lanes[lane].get_or_insert(works);
        doing.state = self.states[event];
        if kind == Kind::Acquire {
            doing.locks += 1;
        }
        if let Some(&owner) = self.released.get(&event)
            && let Some(doing) = &mut self.lanes[owner]
        {
            doing.locks = doing.locks.saturating_sub(1);
        }
        for gone in self.gone.get(&event).into_iter().flatten() {
            self.lanes[*gone] = None;
        }
    }
}
