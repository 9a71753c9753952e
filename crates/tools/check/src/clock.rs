//! Who waits by the clock while another process stands still: asleep, or in a wait that has a limit of
//! time. That tells a program that waits from one that guesses how long the other takes, whatever
//! its guess is.

use std::fs;
use std::path::Path;

use common::{Kind, Stat};
use timeline::{Lane, Run};

use crate::stall::{Nap, naps};
use crate::wakes::Sleeps;

/// The threads of these processes that wait by the clock just now.
///
/// The types of the course look again now and then, also in a wait without a limit: the log tells
/// that it has none.
pub(crate) fn by_clock(pids: &[i32], log: Option<&Path>) -> Vec<Nap> {
    let naps: Vec<_> = naps(pids).collect();
    let run = run(log);
    let mut found = Vec::new();
    for (thread, nap) in naps {
        if let Some(name) = name_if_not_waiting(&run, thread, nap.name) {
            let is_sleep = nap.is_sleep;
            found.push(Nap { name, is_sleep });
        }
    }
    found
}

/// The threads of these processes that have gone to sleep again and again since they had done so as often as
/// `before`, by their names.
pub(crate) fn awake_since(before: &Sleeps, pids: &[i32], log: Option<&Path>) -> Vec<String> {
    let awake = Sleeps::of(pids).too_many_since(before);
    let run = run(log);
    let names = awake.into_iter();
    names
        .filter_map(|(thread, name)| name_if_not_waiting(&run, thread, name))
        .collect()
}

fn run(log: Option<&Path>) -> Run {
    let log = log.and_then(|log| fs::read(log).ok()).unwrap_or_default();
    Run::read(log.as_slice()).unwrap_or_default()
}

/// The name of a thread, unless the log knows that it waits for as long as it takes.
fn name_if_not_waiting(run: &Run, (pid, tid): (i32, i32), name: String) -> Option<String> {
    let lane = last_lane(run, (pid.cast_unsigned(), tid.cast_unsigned()));
    if lane.is_some_and(|lane| waits_without_limit(run, lane)) {
        return None;
    }
    // The kernel cuts names.
    Some(lane.map_or(name, |lane| lane.name.clone()))
}

/// The lane of a thread, the last one if there are several: a thread may have tasks.
fn last_lane(run: &Run, thread: (u32, u32)) -> Option<&Lane> {
    let lanes = run.lanes.iter();
    let its = lanes.filter(|lane| (lane.pid, lane.tid) == thread);
    its.max_by_key(|lane| lane.events.last())
}

/// The last that the log knows of a lane is that it waits for as long as it takes.
fn waits_without_limit(run: &Run, lane: &Lane) -> bool {
    let last = lane.events.last();
    last.is_some_and(|&last| run.events[last].kind == Kind::Wait)
}

/// The parent of a process, its parent, and so on up to `top`.
///
/// Source: `proc_pid_stat(5)`.
pub(crate) fn above(mut pid: i32, top: i32) -> Vec<i32> {
    let mut above = Vec::new();
    while pid != top {
        match Stat::of(pid).map(|stat| stat.parent) {
            // It has no parent in this run any more.
            None | Some(0 | 1) => break,
            Some(parent) if parent == common::pid().cast_signed() => break,
            Some(parent) => pid = parent,
        }
        above.push(pid);
    }
    above
}
