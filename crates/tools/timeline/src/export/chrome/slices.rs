//! What lasts in a run, as slices.

use super::nest::Slice;
use crate::run::holds::holds;
use crate::run::leaving::{Leaving, leavings};
use crate::run::spans::{State, levels};
use crate::run::{Class, Run};
use crate::words::{describe, work_name};

/// How long an event lasts on its track, unless the next one comes earlier: an arrow needs slices
/// at which to begin and end.
const EVENT_NS: u64 = 1_000;

/// The times of a run, made strictly increasing.
pub(super) struct Times<'a> {
    run: &'a Run,
    leavings: Vec<Leaving>,
    times: Vec<u64>,
}

impl<'a> Times<'a> {
    /// Moves each event that has the same time as the one before by a nanosecond. Each event needs
    /// a moment of its own, so that causes stay before effects.
    pub(super) fn new(run: &'a Run) -> Self {
        let mut times: Vec<u64> = Vec::with_capacity(run.events.len());
        for event in &run.events {
            let next = times.last().map_or(0, |before| before + 1);
            times.push(event.t.max(next));
        }
        let leavings = leavings(run);
        Self {
            run,
            leavings,
            times,
        }
    }

    /// When an event happened.
    pub(super) fn at(&self, event: usize) -> u64 {
        self.times[event]
    }

    /// When the log ends.
    fn end(&self) -> u64 {
        self.times.last().map_or(0, |last| last + EVENT_NS)
    }

    /// When a lane ends.
    fn gone(&self, lane: usize) -> u64 {
        match self.leavings[lane] {
            Leaving::Ends(event) => self.at(event) + EVENT_NS,
            Leaving::Killed(event) => self.at(event),
            Leaving::Unknown => self.end(),
        }
    }

    /// When the `n`-th event of a lane is over.
    fn over(&self, lane: usize, n: usize) -> u64 {
        let events = &self.run.lanes[lane].events;
        let next = events
            .get(n + 1)
            .map_or(self.gone(lane), |&next| self.at(next));
        next.min(self.at(events[n]) + EVENT_NS)
    }

    /// The slices of a lane: its events, its work and pauses, its waits.
    pub(super) fn of_lane(&self, lane: usize) -> Vec<Slice> {
        let run = self.run;
        let mut slices = Vec::new();
        for (on, work) in run.works(lane) {
            let to = work.to.map_or(self.gone(lane), |to| self.at(to));
            let name = match work.state {
                State::Sleeps => run.things[on].name.clone(),
                _ => work_name(run, work.from),
            };
            let from = self.at(work.from);
            slices.push(Slice { name, from, to });
        }
        for (n, &event) in run.lanes[lane].events.iter().enumerate() {
            let (name, from, to) = (describe(run, event), self.at(event), self.over(lane, n));
            slices.push(Slice { name, from, to });
        }
        for (n, span) in run.spans(lane).into_iter().enumerate() {
            let from = self.over(lane, n);
            let to = span.to.map_or(self.gone(lane), |to| self.at(to));
            if span.state == State::Waits && from < to {
                let name = self.waits_for(span.from, span.to);
                slices.push(Slice { name, from, to });
            }
        }
        slices
    }

    fn waits_for(&self, from: usize, to: Option<usize>) -> String {
        let event = &self.run.events[from];
        let event = match to {
            Some(to) if !event.kind.is_wait() => &self.run.events[to],
            _ => event,
        };
        let on = event.on.map(|on| &*self.run.things[on].name);
        match on.unwrap_or(event.label()) {
            "" => "wait".to_owned(),
            what => format!("wait for {what}"),
        }
    }

    /// The slices of a lock, one for each hold.
    pub(super) fn of_thing(&self, thing: usize) -> Vec<Slice> {
        let holds = holds(self.run, thing, &self.leavings);
        let slice = |hold: &crate::run::holds::Hold| {
            let again = if hold.depth > 1 { " again" } else { "" };
            Slice {
                name: format!("{}{again}", self.run.lanes[hold.lane].name),
                from: self.at(hold.acquire),
                to: hold.release.map_or(self.end(), |release| self.at(release)),
            }
        };
        holds.iter().map(slice).collect()
    }

    /// The number of messages in a pipe or queue, after each event that changes it.
    pub(super) fn levels(&self, thing: usize) -> Vec<(u64, usize)> {
        if self.run.things[thing].class != Class::Channel {
            return Vec::new();
        }
        let levels = levels(&self.run.messages(thing)).into_iter();
        levels
            .map(|(event, level)| (self.at(event), level))
            .collect()
    }
}
