//! What happened before what, small enough to be sent along: vector clocks.
//!
//! An event's clock has for each lane the latest event that could have caused it. So one event
//! happened before another exactly if the other's clock has reached it. They are computed over
//! all events, so they are right for those that are drawn even if most are left out.
//!
//! Source: F. Mattern, "Virtual Time and Global States of Distributed Systems", 1989.

use std::collections::HashMap;

use crate::picture::choice::Choice;
use crate::run::Run;

/// A time on each drawn lane: 1 more than the place of the latest drawn event there.
type Clock = Vec<u32>;

/// For each drawn event, what its clock has that the one before on its lane has not: pairs of a
/// lane and a time.
pub(crate) fn steps(run: &Run, choice: &Choice) -> Vec<Vec<[u32; 2]>> {
    let mut is_cause = vec![false; run.events.len()];
    for cause in run.events.iter().filter_map(|event| event.cause) {
        is_cause[cause] = true;
    }
    let nothing: Clock = vec![0; choice.lanes.len()];
    let mut clocks = vec![nothing.clone(); run.lanes.len()];
    let mut told = clocks.clone();
    let mut causes: HashMap<usize, Clock> = HashMap::new();
    let mut steps = Vec::with_capacity(choice.events.len());
    for (place, event) in run.events.iter().enumerate() {
        let clock = &mut clocks[event.lane];
        if let Some(known) = event.cause.and_then(|cause| causes.get(&cause)) {
            for (time, other) in clock.iter_mut().zip(known) {
                *time = (*time).max(*other);
            }
        }
        if choice.events.get(steps.len()) == Some(&place) {
            let step = number(steps.len()) + 1;
            if let Some(time) = clock.get_mut(event.lane) {
                *time = step;
            }
            let told = &mut told[event.lane];
            steps.push(difference(told, clock));
            told.clone_from(clock);
        }
        if is_cause[place] {
            causes.insert(place, clock.clone());
        }
    }
    steps
}

fn difference(before: &Clock, after: &Clock) -> Vec<[u32; 2]> {
    let both = before.iter().zip(after).enumerate();
    let changed = both.filter(|(_, (before, after))| before != after);
    changed
        .map(|(lane, (_, &after))| [number(lane), after])
        .collect()
}

fn number(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}
