//! Checks that a lock has one owner at a time, and none after its owner has ended.

use std::collections::{BTreeMap, HashSet};

use super::finding::Finding;
use crate::run::holds::Hold;
use crate::run::leaving::{is_task_of, living_threads};
use crate::run::{Class, End, Run};
use crate::words::{number_of, some_of};

pub(super) fn check(run: &Run, findings: &mut Vec<Finding>) {
    let living = living_threads(run);
    for (index, thing) in run.things.iter().enumerate() {
        if thing.class == Class::Lock {
            let holds = run.holds(index);
            if !holds.is_empty() {
                owners(run, index, &holds, findings);
                // A thing that is counted may be released by any lane at any time.
                if thing.room.is_none() {
                    left_locked(run, index, &holds, &living, findings);
                }
                hand_overs(run, index, &holds, findings);
            }
        }
    }
}

fn owners(run: &Run, thing: usize, holds: &[Hold], findings: &mut Vec<Finding>) {
    let name = &run.things[thing].name;
    let room = run.things[thing].room.unwrap_or(1);
    // An owner that has not released the lock is known to have it only up to its own last event:
    // the kernel passes on the lock of a dead owner.
    let last = |lane: usize| run.lanes[lane].events.last().copied();
    let ends = |hold: &Hold| hold.release.or(last(hold.lane)).unwrap_or(0);
    // The holds that have not ended yet, by their ends.
    let mut open: BTreeMap<(usize, usize), &Hold> = BTreeMap::new();
    for hold in holds.iter().filter(|hold| hold.depth == 1) {
        while let Some(first) = open.first_entry()
            && first.key().0 <= hold.acquire
        {
            first.remove();
        }
        open.insert((ends(hold), hold.acquire), hold);
        if open.len() > room {
            let mut open: Vec<_> = open.into_values().collect();
            open.sort_unstable_by_key(|hold| hold.acquire);
            let names = open.iter().map(|hold| run.lanes[hold.lane].name.clone());
            let names: Vec<_> = names.collect();
            let text = format!("{} had {name} at the same time.", some_of(&names));
            let events = open.iter().map(|hold| hold.acquire).collect();
            findings.push(Finding::broken(text, events));
            return;
        }
    }
    findings.push(Finding::held(match room {
        1 => format!("{name} never had two owners."),
        _ => format!("{name} never had more than {room} at once."),
    }));
}

fn left_locked(
    run: &Run,
    thing: usize,
    holds: &[Hold],
    living: &HashSet<(u32, u32)>,
    findings: &mut Vec<Finding>,
) {
    let name = &run.things[thing].name;
    for hold in holds.iter().filter(|hold| hold.release.is_none()) {
        let owner = &run.lanes[hold.lane].name;
        match run.lanes[hold.lane].end {
            End::Exit(exit) if run.events[exit].is_called_exit() => {
                let text = format!("{owner} called exit while it had {name}.");
                findings.push(Finding::note(text, vec![hold.acquire, exit]));
            }
            End::Exit(exit) if is_task_of(living, &run.lanes[hold.lane]) => {
                let text = format!("{owner} ended, and its thread has not given {name} back yet.");
                findings.push(Finding::note(text, vec![hold.acquire, exit]));
            }
            End::Exit(exit) => {
                let text = format!("{owner} ended, and never gave {name} back.");
                findings.push(Finding::broken(text, vec![hold.acquire, exit]));
            }
            End::Killed(_) => {
                let text = format!("{owner} was killed while it had {name}.");
                findings.push(Finding::note(text, vec![hold.acquire]));
            }
            End::Unknown => {}
        }
    }
}

fn hand_overs(run: &Run, thing: usize, holds: &[Hold], findings: &mut Vec<Finding>) {
    let name = &run.things[thing].name;
    let changes = holds.windows(2).filter(|pair| pair[0].lane != pair[1].lane);
    let changes = changes.count();
    let deepest = holds.iter().map(|hold| hold.depth).max().unwrap_or(0);
    let taken = holds.iter().filter(|hold| hold.depth == 1).count();
    if changes > 0 {
        let (taken, changes) = (number_of(taken, "time"), number_of(changes, "time"));
        let text = format!("{name} was taken {taken}, and changed hands {changes}.");
        findings.push(Finding::note(text, Vec::new()));
    }
    if deepest > 1 {
        let text = format!("Its owner took {name} again while it had it, {deepest} deep.");
        findings.push(Finding::note(text, Vec::new()));
    }
}
