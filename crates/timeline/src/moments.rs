//! What each lane is doing after each of its events, and when it is gone.

use std::collections::HashMap;

use common::Kind;

use crate::run::{End, Run};
use crate::spans::{Hold, State};

/// How a lane goes from the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Leaving {
    /// It ends by itself, with this event.
    Ends(usize),
    /// It is killed by this event, or had been by then.
    Killed(usize),
    /// The log does not say.
    Unknown,
}

/// What a lane does after each event.
pub(crate) fn states(run: &Run) -> Vec<State> {
    let mut states = vec![State::Works; run.events.len()];
    for lane in 0..run.lanes.len() {
        for span in run.spans(lane) {
            states[span.from] = span.state;
        }
    }
    states
}

/// How each lane goes. A lane is killed by the signal that names it, if there is nothing of it
/// behind that.
pub(crate) fn leavings(run: &Run) -> Vec<Leaving> {
    let mut kills: HashMap<&str, Vec<usize>> = HashMap::new();
    for (place, event) in run.events.iter().enumerate() {
        if event.kind == Kind::Kill {
            kills.entry(event.label()).or_default().push(place);
        }
    }
    let leaving = |lane: &crate::run::Lane| {
        let last = lane.events.last().copied().unwrap_or(0);
        let its = kills.get(&*lane.name).map_or(&[][..], |kills| kills);
        let kill = its.get(its.partition_point(|&kill| kill < last));
        match (lane.end, kill) {
            (End::Exit(exit), _) => Leaving::Ends(exit),
            (_, Some(&kill)) => Leaving::Killed(kill),
            (End::Killed(seen), None) => Leaving::Killed(seen),
            (End::Unknown, None) => Leaving::Unknown,
        }
    };
    run.lanes.iter().map(leaving).collect()
}

/// All times that a lock was held. What somebody had who is gone is had until the next one
/// takes it: the kernel hands on the lock of a process that was killed.
pub(crate) fn holds(run: &Run, lock: usize, leavings: &[Leaving]) -> Vec<Hold> {
    let mut holds = run.holds(lock);
    let mut next: Option<Hold> = None;
    for hold in holds.iter_mut().rev() {
        let gone = match leavings[hold.lane] {
            Leaving::Ends(gone) | Leaving::Killed(gone) => gone,
            Leaving::Unknown => usize::MAX,
        };
        let heir = next.filter(|heir| heir.lane != hold.lane && heir.acquire > gone);
        next = Some(*hold);
        hold.release = hold.release.or(heir.map(|heir| heir.acquire));
    }
    holds
}

/// The number of the message that each event sends or receives, counted in the order of
/// sending; `None` of all else, and of a message whose sending is not in the log.
pub(crate) fn message_numbers(run: &Run) -> Vec<Option<usize>> {
    let mut numbers: Vec<Option<usize>> = vec![None; run.events.len()];
    let mut count = 0;
    for (place, event) in run.events.iter().enumerate() {
        match event.kind {
            Kind::Send => {
                numbers[place] = Some(count);
                count += 1;
            }
            Kind::Recv => numbers[place] = event.cause.and_then(|send| numbers[send]),
            _ => {}
        }
    }
    numbers
}

/// The name of a piece of work: `task 3`.
pub(crate) fn work_name(run: &Run, event: usize) -> String {
    let event = &run.events[event];
    let thing = event.on.map_or("", |on| &run.things[on].name);
    let label = event.label();
    match label {
        "" => thing.to_owned(),
        _ if label.starts_with(|char: char| char.is_ascii_digit()) => format!("{thing} {label}"),
        _ => label.to_owned(),
    }
}
