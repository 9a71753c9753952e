//! Who waits by the clock while another process stands still: asleep, or in a wait that has a limit of
//! time. That tells a program that waits from one that guesses how long the other takes, whatever
//! its guess is.

use std::fs;
use std::path::Path;

use timeline::Run;

use crate::stall::{Nap, naps};

/// The threads of the processes above `pid`, up to `top`, that wait by the clock just now.
///
/// The types of the course look again now and then, also in a wait without a limit: the log tells
/// that it has none.
pub(crate) fn by_clock(pid: i32, top: i32, log: Option<&Path>) -> Vec<Nap> {
    let naps: Vec<_> = naps(&above(pid, top)).collect();
    let log = log.and_then(|log| fs::read(log).ok()).unwrap_or_default();
    let run = Run::read(log.as_slice()).unwrap_or_default();
    let waits_by_clock = naps
        .into_iter()
        .filter(|((pid, tid), _)| !waits_without_limit(&run, pid.cast_unsigned(), *tid));
    waits_by_clock.map(|(_, nap)| nap).collect()
}

/// The last that the log knows of a thread is that it waits for as long as it takes.
fn waits_without_limit(run: &Run, pid: u32, tid: i32) -> bool {
    let lanes = run.lanes.iter();
    let its = lanes.filter(|lane| lane.pid == pid && lane.tid == tid.cast_unsigned());
    let last = its.filter_map(|lane| lane.events.last()).max();
    last.is_some_and(|&last| run.events[last].kind == common::Kind::Wait)
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
