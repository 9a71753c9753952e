//! Finds how each lane ends: by itself, by force, or in a way that the log does not show.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use common::Kind;

use crate::run::{End, Lane, Role, Run};

/// How a lane ends in a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Leaving {
    /// It ends by itself, with this event.
    Ends(usize),
    /// This event kills it, or shows that it had been killed.
    Killed(usize),
    /// The log does not show it.
    Unknown,
}

/// For each lane, the kills and signals that name it. Namesakes share a list.
pub(crate) fn kills(run: &Run) -> Vec<Rc<[usize]>> {
    let mut by_label: HashMap<&str, Vec<usize>> = HashMap::new();
    for (index, event) in run.events.iter().enumerate() {
        if event.kind == Kind::Kill {
            by_label.entry(event.label()).or_default().push(index);
        }
    }
    let none: Rc<[usize]> = Rc::default();
    let by_label = by_label.into_iter();
    let by_label: HashMap<_, Rc<[usize]>> = by_label.map(|(on, its)| (on, its.into())).collect();
    let its = |lane: &Lane| {
        let labels = lane.labels();
        let known = labels.iter().find_map(|label| by_label.get(&**label));
        Rc::clone(known.unwrap_or(&none))
    };
    match by_label.is_empty() {
        true => vec![Rc::clone(&none); run.lanes.len()],
        false => run.lanes.iter().map(its).collect(),
    }
}

/// Returns how each lane ends. A lane is killed by a signal that names it if it has no event after
/// that.
pub(crate) fn leavings(run: &Run) -> Vec<Leaving> {
    let kills = kills(run);
    let leaving = |(lane, its): (&Lane, &Rc<[usize]>)| {
        let last = lane.events.last().copied().unwrap_or(0);
        let kill = its.get(its.partition_point(|&kill| kill < last));
        match (lane.end, kill) {
            (End::Exit(exit), _) if run.events[exit].is_killed() => Leaving::Killed(exit),
            (End::Exit(exit), _) => Leaving::Ends(exit),
            (End::Killed(seen), None) => Leaving::Killed(seen),
            // Of namesakes, the one that was waited for, or that has no event after the signal.
            (_, Some(&kill)) => Leaving::Killed(kill),
            (End::Unknown, None) => Leaving::Unknown,
        }
    };
    run.lanes.iter().zip(&kills).map(leaving).collect()
}

/// Returns whether the log reaches the end of the first lane, which is that of the run: the lane
/// returned, or some lane of its process called `exit`.
pub(crate) fn has_ended(run: &Run) -> bool {
    let Some(main) = run.lanes.first() else {
        return false;
    };
    matches!(main.end, End::Exit(_)) || called_exit(run).any(|pid| pid == main.pid)
}

/// The threads whose end the log does not show, as pid and tid. What a task of one has held, another
/// task of that thread may have now.
pub(crate) fn living_threads(run: &Run) -> HashSet<(u32, u32)> {
    let lives = |lane: &&Lane| lane.role != Role::Task && lane.end == End::Unknown;
    let threads = run.lanes.iter().filter(lives);
    threads.map(|lane| (lane.pid, lane.tid)).collect()
}

/// Whether a lane is a task of one of these threads.
pub(crate) fn is_task_of(living: &HashSet<(u32, u32)>, lane: &Lane) -> bool {
    lane.role == Role::Task && living.contains(&(lane.pid, lane.tid))
}

/// The pids of the processes that ended by a call of `exit`.
pub(crate) fn called_exit(run: &Run) -> impl Iterator<Item = u32> {
    let is_call = |end| matches!(end, End::Exit(exit) if run.events[exit].is_called_exit());
    let lanes = run.lanes.iter().filter(move |lane| is_call(lane.end));
    lanes.map(|lane| lane.pid)
}
