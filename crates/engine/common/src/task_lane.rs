//! The lane of a task: one of many that take turns on one thread.

use std::fmt::Display;
use std::mem;
use std::task::Poll;

use crate::lane::{self, Lane};
use crate::life;
use crate::log::EventId;
use crate::record::is_watched;

/// Records the life of a task, around each of its turns. In a run that is not watched a task has no
/// lane of its own: a million tasks do not need a million lanes.
#[derive(Debug)]
pub struct TaskLane(Option<Box<Watched>>);

#[derive(Debug)]
struct Watched {
    /// The task's own lane while it waits; during its turn, the lane that it has replaced.
    lane: Lane,
    /// The event of its fork, until the first turn.
    fork: Option<EventId>,
}

impl TaskLane {
    /// Makes the lane of a task; the calling lane is its maker.
    #[inline]
    #[must_use]
    pub fn new(name: &impl Display) -> Self {
        Self(is_watched().then(|| {
            let fork = life::forks(name);
            let mut lane = Lane::new(name.to_string());
            lane.task = fork.n;
            let fork = Some(fork);
            Box::new(Watched { lane, fork })
        }))
    }

    /// Runs `poll`, one turn of the task, on its lane. `poll` does not panic.
    #[inline]
    pub fn turn<T>(&mut self, poll: impl FnOnce() -> Poll<T>) -> Poll<T> {
        let Some(watched) = &mut self.0 else {
            return poll();
        };
        watched.swap();
        match watched.fork.take() {
            Some(fork) => life::starts(fork),
            None => life::resumes(),
        }
        let polled = poll();
        if polled.is_pending() {
            life::suspends();
        }
        watched.swap();
        polled
    }

    /// Runs `let_go`, which drops all that the task holds, on its lane, and then records its end by
    /// `exit`: [`life::exits`] or [`life::is_killed`]. For a task that has never had a turn, no end
    /// is recorded.
    #[inline]
    pub fn ends(&mut self, let_go: impl FnOnce(), exit: fn() -> EventId) -> EventId {
        let Some(mut watched) = self.0.take() else {
            let_go();
            return EventId::NONE;
        };
        watched.swap();
        let_go();
        let exit = match watched.fork {
            Some(_) => EventId::NONE,
            None => exit(),
        };
        watched.swap();
        exit
    }
}

impl Watched {
    fn swap(&mut self) {
        let ours = mem::take(&mut self.lane);
        self.lane = lane::replace(ours);
    }
}
