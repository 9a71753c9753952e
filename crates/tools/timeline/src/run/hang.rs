//! Finds the lanes that wait at the end of the log, and what keeps their waits from ending.

use std::collections::HashMap;

use common::Kind;
use common::log::what;

use crate::run::leaving::{Leaving, leavings};
use crate::run::{Class, End, Event, Lane, Run};
use crate::words::some_of;

/// A lane whose last event begins a wait.
pub(crate) struct StillWaits {
    pub(crate) event: usize,
    pub(crate) sentence: String,
    /// Whether it was killed in this wait.
    pub(crate) is_killed: bool,
}

/// Returns the lanes that wait at the end of the log, in the order of the lanes.
pub(crate) fn still_waiting(run: &Run) -> Vec<StillWaits> {
    let mut waiting = Vec::new();
    let mut what_for = WhatFor::new(run);
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
        let sentence = format!("{} waits{}{until}", lane.name, what_for.describe(event));
        waiting.push(StillWaits {
            event: last,
            sentence,
            is_killed,
        });
    }
    waiting
}

/// Describes what waits are for. Cached, because many lanes may wait for the same thing.
struct WhatFor<'a> {
    run: &'a Run,
    /// The first lane of each process, by its pid.
    processes: HashMap<u32, &'a Lane>,
    /// For each thing asked about so far, who keeps a wait for it from ending.
    held: HashMap<usize, String>,
}

impl<'a> WhatFor<'a> {
    fn new(run: &'a Run) -> Self {
        // Reversed, so that the first lane of a process is inserted last.
        let lanes = run.lanes.iter().rev();
        Self {
            run,
            processes: lanes.map(|lane| (lane.pid, lane)).collect(),
            held: HashMap::new(),
        }
    }

    fn describe(&mut self, event: &Event) -> String {
        match (event.on, event.label()) {
            (Some(on), _) if event.waits_for_room() => {
                format!(" for room in {}", self.run.things[on].name)
            }
            (Some(on), _) => {
                let held_by = || held_by(self.run, on, &self.processes);
                let held = self.held.entry(on).or_insert_with(held_by);
                format!(" for {}{held}", self.run.things[on].name)
            }
            (None, "") => String::new(),
            (None, several) if !event.waits_for_an_end() => format!(" for {several}"),
            (None, named) => {
                let pid = named.parse().ok();
                let lane = pid.and_then(|pid: u32| self.processes.get(&pid));
                format!(" for {} to end", lane.map_or(named, |lane| &lane.name))
            }
        }
    }
}

/// Describes who owns the lock at the end, or still has a sending end.
fn held_by(run: &Run, thing: usize, processes: &HashMap<u32, &Lane>) -> String {
    if run.things[thing].class == Class::Channel {
        let sending = still_sending(run, thing, processes);
        let hold = if sending.len() == 1 { "holds" } else { "hold" };
        return match &*some_of(&sending) {
            "" => String::new(),
            names => format!(", whose sending end {names} still {hold}"),
        };
    }
    let holds = run.holds(thing);
    // A thing that is counted may be released by another lane than the one that took it.
    let is_owned = run.things[thing].room.is_none();
    let held = holds
        .iter()
        .rfind(|hold| is_owned && hold.release.is_none());
    held.map_or(String::new(), |hold| {
        format!(", which {} has", run.lanes[hold.lane].name)
    })
}

/// The processes that have sent into `thing`, have not closed their sending end, and have not
/// ended, by the names of their first lanes. While there is one, a waiting receiver does not see
/// the end of the stream.
fn still_sending(run: &Run, thing: usize, processes: &HashMap<u32, &Lane>) -> Vec<String> {
    // A process may pass its end from thread to thread, or close one of several ends.
    let mut holding: HashMap<u32, usize> = HashMap::new();
    for &index in &run.things[thing].events {
        let event = &run.events[index];
        let pid = run.lanes[event.lane].pid;
        match event.kind {
            Kind::Send => drop(holding.entry(pid).or_insert(index)),
            Kind::Close if &*event.what != what::RECEIVING_END => drop(holding.remove(&pid)),
            _ => {}
        }
    }
    let lives = |(pid, since)| {
        let first = processes.get(&pid)?;
        (first.end == End::Unknown).then(|| (since, first.name.clone()))
    };
    let mut holders: Vec<(usize, String)> = holding.into_iter().filter_map(lives).collect();
    // Sorted by when they began to send.
    holders.sort_unstable();
    holders.into_iter().map(|(_, name)| name).collect()
}
