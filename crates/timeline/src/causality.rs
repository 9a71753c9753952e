//! What could have caused an event, and what it could have caused.
//!
//! An event could have been caused by whatever came before it on its own lane, by the event that
//! its log line names as its cause, and by all that could have caused these: Lamport's *happened
//! before*. Two events of which neither happened before the other are concurrent, whatever the
//! clock says.
//!
//! Source: L. Lamport, "Time, Clocks, and the Ordering of Events in a Distributed System", 1978.

use crate::run::Run;

/// The past and the future of one event, as marks: one for each event of the run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cone {
    /// Whether each event happened before.
    pub past: Vec<bool>,
    /// Whether each event happened after.
    pub future: Vec<bool>,
}

impl Run {
    /// The event right before on the same lane.
    #[must_use]
    pub fn previous(&self, event: usize) -> Option<usize> {
        let events = &self.lanes[self.events[event].lane].events;
        let place = events.partition_point(|&other| other < event);
        place.checked_sub(1).map(|before| events[before])
    }

    /// What could have caused `event`, and what it could have caused. Takes time in proportion
    /// to the number of events.
    #[must_use]
    pub fn cone(&self, event: usize) -> Cone {
        let count = self.events.len();
        let mut cone = Cone {
            past: vec![false; count],
            future: vec![false; count],
        };
        let before = self.predecessors();
        let marked = |marks: &[bool], [one, other]: [Option<usize>; 2]| {
            [one, other]
                .into_iter()
                .flatten()
                .any(|place| place == event || marks[place])
        };
        // In the order of time: whatever could have caused an event has been looked at.
        for (later, before) in before.iter().enumerate().skip(event + 1) {
            cone.future[later] = marked(&cone.future, *before);
        }
        // And backwards: whatever it could have caused has been looked at.
        for earlier in (0..=event).rev() {
            if earlier == event || cone.past[earlier] {
                for place in before[earlier].into_iter().flatten() {
                    cone.past[place] = true;
                }
            }
        }
        cone
    }

    /// For each event the one before on its lane, and its cause.
    #[must_use]
    pub fn predecessors(&self) -> Vec<[Option<usize>; 2]> {
        let mut latest = vec![None; self.lanes.len()];
        let both = self.events.iter().enumerate().map(|(place, event)| {
            let before = latest[event.lane].replace(place);
            [before, event.cause]
        });
        both.collect()
    }
}
