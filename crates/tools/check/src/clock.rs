//! Who waits by the clock while another process stands still: asleep, or in a wait that has a limit of
//! time. That tells a program that waits from one that guesses how long the other takes, whatever
//! its guess is.

use std::fs;
use std::path::Path;

use common::Kind;
use timeline::{Lane, Run};

use crate::stall::{Nap, naps};

/// The threads of the processes above `pid`, up to `top`, that wait by the clock just now.
///
/// The types of the course look again now and then, also in a wait without a limit: the log tells
/// that it has none.
pub(crate) fn by_clock(pid: i32, top: i32, log: Option<&Path>) -> Vec<Nap> {
    let naps: Vec<_> = naps(&above(pid, top)).collect();
    let log = log.and_then(|log| fs::read(log).ok()).unwrap_or_default();
    let run = Run::read(log.as_slice()).unwrap_or_default();
    let mut found = Vec::new();
    for ((pid, tid), nap) in naps {
        let thread = (pid.cast_unsigned(), tid.cast_unsigned());
        let lane = last_lane(&run, thread);
        if !lane.is_some_and(|lane| waits_without_limit(&run, lane)) {
            // The kernel cuts names.
            let name = lane.map_or(nap.name, |lane| lane.name.clone());
            found.push(Nap { name, ..nap });
        }
    }
    found
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
fn above(mut pid: i32, top: i32) -> Vec<i32> {
    let mut above = Vec::new();
    while pid != top {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        let fields = stat.rsplit_once(')').map_or("", |(_, fields)| fields);
        let parent = fields.split_whitespace().nth(1);
        match parent.and_then(|parent| parent.parse().ok()) {
            // It has no parent in this run any more.
            None | Some(0 | 1) => break,
            Some(parent) if parent == common::pid().cast_signed() => break,
            Some(parent) => pid = parent,
        }
        above.push(pid);
    }
    above
}
