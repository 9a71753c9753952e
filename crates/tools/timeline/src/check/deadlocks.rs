//! Checks that no lanes wait in a circle, and that no lane waits for an event that can no longer come.
//!
//! A deadlock shows only at the end of a run: a wait that ends in any way was not part of one. So
//! the only waits considered are those without a limit that are the last event of their lanes.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, HashSet};

use common::Kind;

use super::finding::{Finding, Verdict};
use crate::run::hang::still_waiting;
use crate::run::leaving::{Leaving, is_task_of, kills, leavings, living_threads};
use crate::run::{Class, End, Lane, Role, Run};
use crate::words::some_of;

pub(super) fn check(run: &Run, findings: &mut Vec<Finding>) {
    let waiting = Waiting::at_the_end(run);
    let before = findings.len();
    for mut circle in waiting.circles() {
        if waiting.is_true(&circle) {
            // The sentence begins with the wait that closed the circle.
            let last = (0..circle.len()).max_by_key(|&index| circle[index]);
            circle.rotate_left(last.unwrap_or(0));
            let since = circle.iter().map(|&wait| waiting.since(wait)).min();
            let broken = Finding::broken(waiting.describe(&circle), circle);
            findings.push(broken.since(since.unwrap_or(0)));
        }
    }
    waiting.for_the_ended(findings);
    if findings.len() == before {
        findings.extend(waiting.of_all());
    }
}

/// The waits of all lanes and the owners of all locks at the end of the log.
struct Waiting<'a> {
    run: &'a Run,
    /// The wait of each lane that never ended.
    waits: Vec<Option<usize>>,
    /// The lane that owns each lock alone, and the event since which it does.
    owners: Vec<Option<(usize, usize)>>,
    /// The lanes that have not ended, by parent and by each name that the parent may use for them.
    /// `None` when two of them share a name, because the log does not show which one is meant.
    children: HashMap<(usize, Cow<'a, str>), Option<usize>>,
    /// The event that killed each lane or a lane that it cannot outlive.
    killed: Vec<Option<usize>>,
}

impl<'a> Waiting<'a> {
    fn at_the_end(run: &'a Run) -> Self {
        let kills = kills(run);
        Self {
            run,
            waits: (0..run.lanes.len())
                .map(|lane| last_wait(run, lane))
                .collect(),
            owners: (0..run.things.len())
                .map(|thing| owner(run, thing))
                .collect(),
            children: children(run),
            killed: run.nearest(|lane| kills[lane].first().copied()),
        }
    }

    /// The lane that a wait is for: the owner of the lock, or the lane whose end is awaited.
    fn awaited(&self, wait: usize) -> Option<usize> {
        let event = &self.run.events[wait];
        match event.on {
            Some(on) => self.owners[on].map(|(owner, _)| owner),
            None if event.label().is_empty() => None,
            None => {
                let child = (event.lane, Cow::Borrowed(event.label()));
                self.children.get(&child).copied().flatten()
            }
        }
    }

    /// The event from which on the awaited lane is known: it took the lock, or began.
    fn since(&self, wait: usize) -> usize {
        let since = match self.run.events[wait].on {
            Some(on) => self.owners[on].map(|(_, acquire)| acquire),
            None => self
                .awaited(wait)
                .map(|lane| self.run.lanes[lane].events[0]),
        };
        since.unwrap_or(0)
    }

    /// The waits of each circle, in the order of their first lanes. Each lane waits for at most one
    /// other lane, so it is in at most one circle.
    fn circles(&self) -> Vec<Vec<usize>> {
        let mut circles = Vec::new();
        // The lanes that an earlier walk has already visited.
        let mut walked = vec![false; self.waits.len()];
        for start in 0..self.waits.len() {
            let mut way = Vec::new();
            let mut at = Some(start);
            while let Some(lane) = at.filter(|&lane| !walked[lane]) {
                walked[lane] = true;
                way.push(lane);
                at = self.waits[lane].and_then(|wait| self.awaited(wait));
            }
            // The walk has come back to its own path. The first part of the path may only lead to the circle.
            let is_it = |&lane: &usize| Some(lane) == at;
            if let Some(first) = way.iter().position(is_it) {
                let mut lanes = way.split_off(first);
                let lowest = (0..lanes.len()).min_by_key(|&index| lanes[index]);
                lanes.rotate_left(lowest.unwrap_or(0));
                circles.push(lanes);
            }
        }
        circles.sort_unstable_by_key(|lanes| lanes[0]);
        let waits = |lanes: Vec<usize>| lanes.iter().filter_map(|&lane| self.waits[lane]).collect();
        circles.into_iter().map(waits).collect()
    }

    /// Returns whether all lanes of the circle were alive when the last of them began to wait. The
    /// lock of a lane that was killed before is passed on, or was given up on purpose. (A lane that
    /// takes its own lock again records a short wait before it gets the lock or an error. If it is
    /// killed just then, or the log is cut off there, it looks like a lane that waits for itself.)
    fn is_true(&self, circle: &[usize]) -> bool {
        let closed = circle.iter().copied().max().unwrap_or(0);
        circle.iter().all(|&wait| {
            let lane = self.run.events[wait].lane;
            match self.killed[lane] {
                Some(kill) => kill > closed && circle.len() > 1,
                None => !matches!(self.run.lanes[lane].end, End::Killed(_)),
            }
        })
    }

    /// Reports when all living lanes wait, some of them at a pipe or queue. Then no lane of the log can go
    /// on, whichever of them has the other end. A thread that has recorded nothing is not in the log and may
    /// still work, so this is certain only if the run was looked at.
    fn of_all(&self) -> Option<Finding> {
        let run = self.run;
        let leavings = leavings(run);
        let living = living(run, &leavings)?;
        let waits: Option<Vec<usize>> = living.iter().map(|&lane| self.waits[lane]).collect();
        let waits = waits.filter(|waits| waits.len() > 1)?;
        let (at_channels, others): (Vec<_>, Vec<_>) =
            waits.iter().partition(|&&wait| self.is_at_channel(wait));
        let is_for_living = |&wait: &usize| {
            let awaited = self.awaited(wait);
            awaited.is_some_and(|lane| living.contains(&lane))
        };
        let is_stuck = !at_channels.is_empty()
            && others.iter().all(is_for_living)
            && are_stuck(run, &at_channels, &leavings);
        if !is_stuck {
            return None;
        }
        let waiting = still_waiting(run).into_iter();
        let waiting = waiting.filter(|one| living.contains(&run.events[one.event].lane));
        let sentences: Vec<_> = waiting.map(|one| one.sentence).collect();
        let text = format!(
            "Deadlock: no lane of the log can go on: {}.",
            some_of(&sentences)
        );
        let verdict = match run.is_idle {
            true => Verdict::Broken,
            false => Verdict::Doubtful,
        };
        // The gap may contain events of another lane.
        Some(Finding::new(verdict, text, waits).since(0))
    }

    fn is_at_channel(&self, wait: usize) -> bool {
        let on = self.run.events[wait].on;
        on.is_some_and(|on| self.run.things[on].class == Class::Channel)
    }

    /// Describes a circle: "Thread_1 waits for B, held by Thread_2, which waits for A, held by Thread_1."
    fn describe(&self, circle: &[usize]) -> String {
        let name = |wait: usize| &*self.run.lanes[self.run.events[wait].lane].name;
        if let [wait] = circle {
            return format!(
                "Deadlock: {} waits for {}, which it holds itself.",
                name(*wait),
                self.thing_of(*wait)
            );
        }
        let mut text = format!("Deadlock: {}", name(circle[0]));
        for (step, &wait) in circle.iter().enumerate() {
            let owner = name(circle[(step + 1) % circle.len()]);
            let which = if step == 0 { "" } else { ", which" };
            let what = match self.run.events[wait].on {
                Some(_) => format!("{}, held by {owner}", self.thing_of(wait)),
                None => format!("the end of {owner}"),
            };
            text += &format!("{which} waits for {what}");
        }
        text + "."
    }

    fn thing_of(&self, wait: usize) -> &str {
        let on = self.run.events[wait].on;
        on.map_or("", |on| &self.run.things[on].name)
    }

    /// Reports each lane that at the end of the log still waits for a lock of a lane that has exited.
    fn for_the_ended(&self, findings: &mut Vec<Finding>) {
        let living = living_threads(self.run);
        for &wait in self.waits.iter().flatten() {
            let event = &self.run.events[wait];
            let Some(owner) = self.awaited(wait).filter(|&owner| owner != event.lane) else {
                continue;
            };
            let its = &self.run.lanes[owner];
            let has_ended = matches!(its.end, End::Exit(_)) && !is_task_of(&living, its);
            if event.on.is_some() && has_ended {
                let text = format!(
                    "{} waits for {}, held by {}, which has ended.",
                    self.run.lanes[event.lane].name,
                    self.thing_of(wait),
                    self.run.lanes[owner].name
                );
                findings.push(Finding::broken(text, vec![wait]).since(self.since(wait)));
            }
        }
    }
}

/// The lanes that have not ended and were not killed, in living processes; `None` if some lane is
/// not in the log.
fn living(run: &Run, leavings: &[Leaving]) -> Option<BTreeSet<usize>> {
    let forks = run.events.iter().filter(|event| event.kind == Kind::Fork);
    let begun = run.lanes.iter().filter(|lane| lane.parent.is_some());
    if forks.count() != begun.count() {
        return None;
    }
    let ended = |lane: &&Lane| lane.role == Role::Process && lane.end != End::Unknown;
    let ended: HashSet<u32> = run
        .lanes
        .iter()
        .filter(ended)
        .map(|lane| lane.pid)
        .collect();
    let lives =
        |&lane: &usize| leavings[lane] == Leaving::Unknown && !ended.contains(&run.lanes[lane].pid);
    Some((0..run.lanes.len()).filter(lives).collect())
}

/// Returns whether none of these waits can have ended: since the wait began, its pipe or queue has
/// had no event that would end it, and no lane has ended, which would have closed its ends.
fn are_stuck(run: &Run, waits: &[usize], leavings: &[Leaving]) -> bool {
    let last_left = leavings.iter().filter_map(|leaving| match *leaving {
        Leaving::Ends(event) | Leaving::Killed(event) => Some(event),
        Leaving::Unknown => None,
    });
    let last_left = last_left.max();
    // The earliest wait of each kind, for room or for a message, at each pipe or queue.
    let mut earliest: HashMap<(usize, bool), usize> = HashMap::new();
    for &wait in waits {
        let event = &run.events[wait];
        let key = (event.on.unwrap_or_default(), event.waits_for_room());
        let first = earliest.entry(key).or_insert(wait);
        *first = wait.min(*first);
    }
    earliest.into_iter().all(|((thing, is_for_room), wait)| {
        let ends_it = |kind| match is_for_room {
            true => matches!(kind, Kind::Recv | Kind::Close),
            false => matches!(kind, Kind::Send | Kind::Close),
        };
        let events = run.things[thing].events.iter();
        let mut later = events.rev().take_while(|&&event| event > wait);
        let messages = || run.messages(thing).into_iter();
        let is_for_none = || is_for_room || messages().all(|message| message.recv.is_some());
        last_left.is_none_or(|left| left < wait)
            && !later.any(|&event| ends_it(run.events[event].kind))
            && is_for_none()
    })
}

/// The lane that owns the lock at the end of the log, so that no other lane can get it. (`None` for
/// a thing that is counted, or that a lane other than its owner has released: any lane can release
/// it, so a wait for it is for no particular lane.)
fn owner(run: &Run, thing: usize) -> Option<(usize, usize)> {
    if run.things[thing].class != Class::Lock || run.things[thing].room.is_some() {
        return None;
    }
    let mut holds = run.holds(thing);
    // A lock that was taken before a gap may have been released in it.
    if holds
        .last()
        .is_some_and(|hold| run.damage.is_whole_from(hold.acquire))
    {
        holds.retain(|hold| run.damage.is_whole_from(hold.acquire));
    }
    let mut owner = None;
    for hold in holds {
        match hold.release {
            Some(release) if run.events[release].lane != hold.lane => return None,
            Some(_) => {}
            None if owner.is_some_and(|(other, _)| other != hold.lane) => return None,
            None => owner = Some((hold.lane, hold.acquire)),
        }
    }
    owner
}

/// Builds [`Waiting::children`].
fn children(run: &Run) -> HashMap<(usize, Cow<'_, str>), Option<usize>> {
    let mut children = HashMap::new();
    for (index, lane) in run.lanes.iter().enumerate() {
        let Some(parent) = lane.parent.filter(|_| lane.end == End::Unknown) else {
            continue;
        };
        for label in lane.labels() {
            let known = children.entry((parent, label)).or_insert(Some(index));
            *known = known.filter(|&known| known == index);
        }
    }
    children
}

/// The wait without a limit that is the last event of the lane. (A task that is dropped while it
/// waits still records its end, or the end of the wait, so it has given up.)
fn last_wait(run: &Run, lane: usize) -> Option<usize> {
    let last = *run.lanes[lane].events.last()?;
    (run.events[last].kind == Kind::Wait).then_some(last)
}
