//! Chooses the part of a run that is drawn: all of it, unless that is too much to look at.

use crate::run::{Class, Run};

/// The most lanes that fit on a screen.
const MOST_LANES: usize = 24;
/// The most things that fit on a screen.
const MOST_THINGS: usize = 10;
/// The most events; with more, the picture would be too long to scroll through.
const MOST_EVENTS: usize = 600;

/// The part of a run that is drawn. The numbers are indices of the run's lists.
pub(crate) struct Choice {
    /// The lanes, from top to bottom.
    pub(crate) lanes: Vec<usize>,
    /// The things between them.
    pub(crate) things: Vec<usize>,
    /// The events on these lanes, in the order of time.
    pub(crate) events: Vec<usize>,
    /// If the middle of the run is left out: how many of [`events`](Self::events) come before it.
    pub(crate) gap: Option<usize>,
    /// Sentences on what is left out.
    pub(crate) left_out: Vec<String>,
}

impl Choice {
    /// Chooses the lanes that begin first, the things with the most events, and both ends of the run.
    pub(crate) fn of(run: &Run) -> Self {
        let mut left_out = Vec::new();
        let lanes: Vec<_> = (0..run.lanes.len().min(MOST_LANES)).collect();
        let hidden = run.lanes.len() - lanes.len();
        if hidden > 0 {
            left_out.push(format!("{hidden} of {} lanes", run.lanes.len()));
        }
        let things = things(run, &mut left_out);
        let on_them = |&event: &usize| run.events[event].lane < lanes.len();
        let mut events: Vec<_> = (0..run.events.len()).filter(on_them).collect();
        let mut gap = None;
        if let Some(hidden) = events.len().checked_sub(MOST_EVENTS).filter(|&n| n > 0) {
            left_out.push(format!(
                "{hidden} of {} events, from the middle of the run",
                events.len()
            ));
            events.drain(MOST_EVENTS / 2..MOST_EVENTS / 2 + hidden);
            gap = Some(MOST_EVENTS / 2);
        }
        Self {
            lanes,
            things,
            events,
            gap,
            left_out,
        }
    }

    /// The index of an event among the drawn ones, if it is drawn.
    pub(crate) fn index_of(&self, event: usize) -> Option<usize> {
        self.events.binary_search(&event).ok()
    }

    /// Returns whether something that lasts from one event to another is visible at either end.
    pub(crate) fn shows(&self, from: usize, to: Option<usize>) -> bool {
        let seen = |event| self.index_of(event).is_some();
        let (Some(gap), Some(to)) = (self.gap, to) else {
            return seen(from) || to.is_some_and(seen) || to.is_none() && self.gap.is_none();
        };
        // Or it lasts through the whole gap.
        let around = self.events.get(gap).is_some_and(|&after| to >= after);
        seen(from) || seen(to) || around && from < self.events[gap]
    }
}

fn things(run: &Run, left_out: &mut Vec<String>) -> Vec<usize> {
    let indices = 0..run.things.len();
    let mut things: Vec<_> = indices
        .filter(|&thing| run.things[thing].class != Class::Work)
        .collect();
    let count = things.len();
    if count > MOST_THINGS {
        things.sort_by_key(|&thing| std::cmp::Reverse(run.things[thing].events.len()));
        things.truncate(MOST_THINGS);
        things.sort_unstable();
        let hidden = count - MOST_THINGS;
        left_out.push(format!("{hidden} of {count} pipes, locks and values"));
    }
    things
}
