//! Computes what could have caused an event, and what the event could have caused.
//!
//! An event could have been caused by every earlier event of its own lane, by the event that its
//! log line names as its cause, and by everything that could have caused these: Lamport's *happened
//! before*. Two events are concurrent if neither happened before the other, whatever the clock
//! says.
//!
//! Clocks express the same relation in less space. An event's clock has a time for each lane: that
//! of the latest event on this lane that could have caused it. So one event happened before another
//! exactly if the other's clock has reached its time. No lesson computes clocks: they follow from
//! the causes in the log.
//!
//! Sources: L. Lamport, "Time, Clocks, and the Ordering of Events in a Distributed System", 1978;
//! C. Fidge, "Timestamps in Message-Passing Systems That Preserve the Partial Ordering", 1988;
//! F. Mattern, "Virtual Time and Global States of Distributed Systems", 1989.

use std::collections::HashMap;

use common::Kind;

use crate::run::Run;

/// The past and the future of one event, with a mark for each event of the run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cone {
    /// Whether each event happened before it.
    pub past: Vec<bool>,
    /// Whether each event happened after it.
    pub future: Vec<bool>,
}

impl Run {
    /// The previous event on the same lane.
    #[must_use]
    pub fn previous(&self, event: usize) -> Option<usize> {
        let events = &self.lanes[self.events[event].lane].events;
        let index = events.partition_point(|&other| other < event);
        index.checked_sub(1).map(|before| events[before])
    }

    /// Returns the events that could have caused `event` and those that it could have caused. Takes
    /// time proportional to the number of events.
    #[must_use]
    pub fn cone(&self, event: usize) -> Cone {
        self.cone_by(event, &self.predecessors())
    }

    /// Like [`cone`](Self::cone), but ignores the order in which lanes had a lock: in the next run,
    /// another lane may get it first.
    #[must_use]
    pub fn cone_without_locks(&self, event: usize) -> Cone {
        let mut before = self.predecessors();
        for (event, [_, cause]) in self.events.iter().zip(&mut before) {
            if event.kind == Kind::Acquire {
                *cause = None;
            }
        }
        self.cone_by(event, &before)
    }

    fn cone_by(&self, event: usize, before: &[[Option<usize>; 2]]) -> Cone {
        let count = self.events.len();
        let mut cone = Cone {
            past: vec![false; count],
            future: vec![false; count],
        };
        let marked = |marks: &[bool], [one, other]: [Option<usize>; 2]| {
            [one, other]
                .into_iter()
                .flatten()
                .any(|index| index == event || marks[index])
        };
        // In the order of time, so everything that could have caused an event was handled before it.
        for (later, before) in before.iter().enumerate().skip(event + 1) {
            cone.future[later] = marked(&cone.future, *before);
        }
        // Backwards, so everything that an event could have caused was handled before it.
        for earlier in (0..=event).rev() {
            if earlier == event || cone.past[earlier] {
                for index in before[earlier].into_iter().flatten() {
                    cone.past[index] = true;
                }
            }
        }
        cone
    }

    /// For each event, the previous event of its lane and its cause.
    #[must_use]
    pub fn predecessors(&self) -> Vec<[Option<usize>; 2]> {
        let mut latest = vec![None; self.lanes.len()];
        let both = self.events.iter().enumerate().map(|(index, event)| {
            let before = latest[event.lane].replace(index);
            [before, event.cause]
        });
        both.collect()
    }

    /// Calls `see` with each event, in the order of time, and with its clock: a time for each lane, 0 or
    /// absent if no event of the lane is known. `tick` returns the time of an event on its own lane; times
    /// must grow. An event for which it returns `None` keeps the clock that it got from the events before it.
    pub(crate) fn clocks(
        &self,
        mut tick: impl FnMut(usize) -> Option<u32>,
        mut see: impl FnMut(usize, &[u32]),
    ) {
        let mut is_cause = vec![false; self.events.len()];
        for cause in self.events.iter().filter_map(|event| event.cause) {
            is_cause[cause] = true;
        }
        // Only as long as needed: a run may have thousands of lanes, and most of them know few others.
        let mut clocks: Vec<Vec<u32>> = vec![Vec::new(); self.lanes.len()];
        let mut causes: HashMap<usize, Vec<u32>> = HashMap::new();
        for (index, event) in self.events.iter().enumerate() {
            let clock = &mut clocks[event.lane];
            if let Some(known) = event.cause.and_then(|cause| causes.get(&cause)) {
                clock.resize(clock.len().max(known.len()), 0);
                for (time, other) in clock.iter_mut().zip(known) {
                    *time = (*time).max(*other);
                }
            }
            if let Some(time) = tick(index) {
                clock.resize(clock.len().max(event.lane + 1), 0);
                clock[event.lane] = time;
            }
            see(index, clock);
            if is_cause[index] {
                causes.insert(index, clock.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOGS: [&[u8]; 3] = [
        include_bytes!("../../tests/logs/killed.jsonl"),
        include_bytes!("../../tests/logs/distributed.jsonl"),
        include_bytes!("../../tests/logs/coroutines.jsonl"),
    ];

    #[test]
    fn an_event_happened_before_another_exactly_if_the_others_clock_has_reached_it() {
        for log in LOGS {
            let run = Run::read(log).unwrap();
            // Any growing times will do, also with gaps.
            let time = |event| u32::try_from(2 * event + 1).ok();
            let mut clocks = Vec::new();
            run.clocks(time, |_, clock| clocks.push(clock.to_vec()));
            for (event, clock) in clocks.iter().enumerate() {
                let past = run.cone(event).past;
                for (other, was_before) in past.into_iter().enumerate() {
                    let known = clock.get(run.events[other].lane).copied();
                    let is_known = other != event && known >= time(other);
                    assert_eq!(is_known, was_before, "{other} before {event}");
                }
            }
        }
    }
}
