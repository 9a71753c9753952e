//! Who waits when the log ends, and what keeps the wait from ending.

use common::Kind;
use common::log::what;

use crate::run::leaving::{Leaving, leavings};
use crate::run::{Class, End, Event, Lane, Run};
use crate::words::some_of;

/// A lane whose last event begins a wait.
pub(crate) struct StillWaits {
    pub(crate) event: usize,
    pub(crate) sentence: String,
    /// It was killed in it.
    pub(crate) is_killed: bool,
}

/// Who waits when the log ends, in the order of the lanes.
pub(crate) fn still_waiting(run: &Run) -> Vec<StillWaits> {
    let mut waiting = Vec::new();
    for (lane, leaving) in run.lanes.iter().zip(leavings(run)) {
        let Some(&last) = lane.events.last() else {
            continue;
        };
        let event = &run.events[last];
        if !event.kind.is_wait() {
            continue;
        }
        let is_killed = matches!(leaving, Leaving::Killed(_));
        let until = if is_killed { " until it is killed" } else { "" };
        let sentence = format!("{} waits{}{until}", lane.name, what_for(run, event));
        waiting.push(StillWaits {
            event: last,
            sentence,
            is_killed,
        });
    }
    waiting
}

fn what_for(run: &Run, event: &Event) -> String {
    match (event.on, event.label()) {
        (Some(on), _) => format!(" for {}{}", run.things[on].name, held_by(run, on)),
        (None, "") => String::new(),
        (None, named) => {
            let its = |lane: &&Lane| lane.pid.to_string() == named;
            let lane = run.lanes.iter().find(its);
            format!(" for {} to end", lane.map_or(named, |lane| &lane.name))
        }
    }
}

/// Who has the lock at the end, or still holds a sending end.
fn held_by(run: &Run, thing: usize) -> String {
    if run.things[thing].class == Class::Channel {
        let sending = still_sending(run, thing);
        let hold = if sending.len() == 1 { "holds" } else { "hold" };
        return match &*some_of(&sending) {
            "" => String::new(),
            names => format!(", whose sending end {names} still {hold}"),
        };
    }
    let holds = run.holds(thing);
    let held = holds.iter().rfind(|hold| hold.release.is_none());
    held.map_or(String::new(), |hold| {
        format!(", which {} has", run.lanes[hold.lane].name)
    })
}

/// The processes that have sent into `thing`, have not closed their sending end, and have not ended:
/// as long as there is one, a receiver that waits is not told of any end. By the names of their
/// first lanes.
fn still_sending(run: &Run, thing: usize) -> Vec<String> {
    // A process may hand its end from thread to thread; and of several ends it may close one.
    let mut holding: Vec<u32> = Vec::new();
    for &event in &run.things[thing].events {
        let event = &run.events[event];
        let pid = run.lanes[event.lane].pid;
        match event.kind {
            Kind::Send if !holding.contains(&pid) => holding.push(pid),
            Kind::Close if &*event.what != what::RECEIVING_END => {
                holding.retain(|&other| other != pid)
            }
            _ => {}
        }
    }
    let first = |pid: &u32| run.lanes.iter().find(|lane| lane.pid == *pid);
    let lives = |lane: &&Lane| lane.end == End::Unknown;
    let holders = holding.iter().filter_map(first).filter(lives);
    holders.map(|lane| lane.name.clone()).collect()
}
