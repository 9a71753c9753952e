//! Finds threads that wait by the clock while another process is stopped: asleep, or in a wait with
//! a time limit. This distinguishes a program that waits from one that guesses how long the other
//! takes, however long the guess is.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

use common::{Kind, Stat};
use timeline::{Lane, Run};

use crate::stall::{Nap, naps};
use crate::wakes::Sleeps;

/// The threads of these processes that wait by the clock just now.
///
/// The types of the course wake now and then even in a wait without a limit. Such a wait does not
/// count, because the log shows that it has no limit.
pub(crate) fn by_clock(pids: &[i32], log: Option<&Path>) -> Vec<Nap> {
    let naps: Vec<_> = naps(pids).collect();
    let run = run(log);
    let mut found = Vec::new();
    for (thread, nap) in naps {
        if let Some(name) = name_if_not_waiting(&run, thread, nap.name.clone()) {
            found.push(Nap { name, ..nap });
        }
    }
    found
}

/// The names of the threads of these processes that have gone to sleep repeatedly since `before`,
/// without those that wait without a limit.
pub(crate) fn awake_since(before: &Sleeps, pids: &[i32], log: Option<&Path>) -> Vec<String> {
    let awake = Sleeps::of(pids).too_many_since(before);
    let run = run(log);
    let names = awake.into_iter();
    names
        .filter_map(|(thread, name)| name_if_not_waiting(&run, thread, name))
        .collect()
}

/// How often to look for a thread that sleeps besides its waits, which may just run in one look or another.
const LOOKS: u32 = 5;
const BETWEEN: Duration = Duration::from_millis(4);

/// The threads of these processes that sleep or wait by the clock although the log shows no wait. The types
/// of the course record each wait before they sleep, so such a thread sleeps by itself.
pub(crate) fn besides_waits(pids: &[i32], log: Option<&Path>) -> Vec<Nap> {
    for _ in 0..LOOKS {
        let besides = besides_waits_now(pids, log);
        if !besides.is_empty() {
            return besides;
        }
        sleep(BETWEEN);
    }
    Vec::new()
}

fn besides_waits_now(pids: &[i32], log: Option<&Path>) -> Vec<Nap> {
    let before = Sleeps::of(pids);
    let first: BTreeMap<_, _> = naps(pids).collect();
    if first.is_empty() {
        return Vec::new();
    }
    let run = run(log);
    let second: Vec<_> = naps(pids).collect();
    let after = Sleeps::of(pids);
    // In a single sleep a thread records nothing, so the log is valid for it.
    let in_one_sleep = second
        .into_iter()
        .filter(|(thread, _)| first.contains_key(thread) && after.has_none_since(&before, *thread));
    let besides = in_one_sleep.filter_map(|((pid, tid), nap)| {
        let lane = last_lane(&run, (pid.cast_unsigned(), tid.cast_unsigned()))?;
        let &last = lane.events.last()?;
        let is_besides = !run.events[last].kind.is_wait();
        let name = lane.name.clone();
        is_besides.then_some(Nap {
            name,
            is_besides,
            ..nap
        })
    });
    besides.collect()
}

fn run(log: Option<&Path>) -> Run {
    let log = log.and_then(|log| fs::read(log).ok()).unwrap_or_default();
    Run::read(log.as_slice()).unwrap_or_default()
}

/// The name of a thread, or `None` if the log shows that it waits without a limit.
fn name_if_not_waiting(run: &Run, (pid, tid): (i32, i32), name: String) -> Option<String> {
    let lane = last_lane(run, (pid.cast_unsigned(), tid.cast_unsigned()));
    if lane.is_some_and(|lane| waits_without_limit(run, lane)) {
        return None;
    }
    // The kernel shortens names, so the name of the lane is better.
    Some(lane.map_or(name, |lane| lane.name.clone()))
}

/// The lane of a thread. If there are several, because a thread may have tasks, the last active one.
fn last_lane(run: &Run, thread: (u32, u32)) -> Option<&Lane> {
    let lanes = run.lanes.iter();
    let its = lanes.filter(|lane| (lane.pid, lane.tid) == thread);
    its.max_by_key(|lane| lane.events.last())
}

/// Returns whether the lane's last event is the start of a wait without a limit.
fn waits_without_limit(run: &Run, lane: &Lane) -> bool {
    let last = lane.events.last();
    last.is_some_and(|&last| run.events[last].kind == Kind::Wait)
}

/// The parent of a process, its parent, and so on, up to and including `top`.
///
/// Source: `proc_pid_stat(5)`.
pub(crate) fn above(mut pid: i32, top: i32) -> Vec<i32> {
    let mut above = Vec::new();
    while pid != top {
        match Stat::of(pid).map(|stat| stat.parent) {
            // The process has no parent in this run any more.
            None | Some(0 | 1) => break,
            Some(parent) if parent == common::pid().cast_signed() => break,
            Some(parent) => pid = parent,
        }
        above.push(pid);
    }
    above
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::thread::Builder;

    use super::*;

    /// A new thread has the name of its parent until it has changed it.
    #[test]
    fn a_nap_has_the_name_of_its_thread_even_if_that_has_just_begun() {
        let named = |name: &str| Builder::new().name(name.to_owned());
        let is_done = Arc::new(AtomicBool::new(false));
        let done = Arc::clone(&is_done);
        let start = move || {
            for _ in 0..2_000 {
                let sleeper = named("sleeper").spawn(|| sleep(Duration::from_micros(100)));
                sleeper.unwrap().join().unwrap();
            }
            done.store(true, Ordering::SeqCst);
        };
        let parent = named("parent").spawn(start).unwrap();
        let pid = std::process::id().cast_signed();
        while !is_done.load(Ordering::SeqCst) {
            for (_, nap) in naps(&[pid]) {
                assert_ne!(nap.name, "parent", "it only starts threads and joins them");
            }
        }
        parent.join().unwrap();
    }
}
