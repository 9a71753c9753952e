//! Checks that no lanes wait in a circle, and that no lane waits for what can no longer come.
//!
//! A deadlock is a matter of the end: who comes out of a wait, in whichever way, was in none. So the
//! only waits looked at are those that are the last thing on their lanes, and that have no limit.

use std::borrow::Cow;
use std::collections::HashSet;

use common::Kind;

use super::finding::Finding;
use crate::run::leaving::kills;
use crate::run::{Class, End, Run};

pub(super) fn check(run: &Run, findings: &mut Vec<Finding>) {
    let waiting = Waiting::at_the_end(run);
    let mut known: HashSet<Vec<usize>> = HashSet::new();
    for lane in 0..run.lanes.len() {
        let Some(mut circle) = waiting.circle(lane) else {
            continue;
        };
        let mut lanes: Vec<_> = circle.iter().map(|wait| run.events[*wait].lane).collect();
        lanes.sort_unstable();
        if waiting.is_true(&circle) && known.insert(lanes) {
            // It begins with the wait that closed it.
            let last = (0..circle.len()).max_by_key(|&place| circle[place]);
            circle.rotate_left(last.unwrap_or(0));
            findings.push(Finding::broken(waiting.describe(&circle), circle));
        }
    }
    waiting.for_the_ended(findings);
}

/// Who waits for what, and who has what, when the log ends.
struct Waiting<'a> {
    run: &'a Run,
    /// The wait that each lane never came out of.
    waits: Vec<Option<usize>>,
    /// The lanes that have each lock; one that took it again stands there twice.
    owners: Vec<Vec<usize>>,
    /// The kills of each lane.
    kills: Vec<Vec<usize>>,
}

impl<'a> Waiting<'a> {
    fn at_the_end(run: &'a Run) -> Self {
        let mut owners = vec![Vec::new(); run.things.len()];
        for event in &run.events {
            let Some(on) = event.on else { continue };
            let owners: &mut Vec<usize> = &mut owners[on];
            match event.kind {
                Kind::Acquire => owners.push(event.lane),
                Kind::Release => {
                    if let Some(its) = owners.iter().rposition(|&owner| owner == event.lane) {
                        owners.remove(its);
                    }
                }
                _ => {}
            }
        }
        Self {
            run,
            waits: (0..run.lanes.len())
                .map(|lane| last_wait(run, lane))
                .collect(),
            owners,
            kills: kills(run),
        }
    }

    /// Whom a wait is for: the owner of the lock, or the lane whose end is waited for. (A lock
    /// with several owners can be freed by any of them, so the wait is for no lane in particular.)
    fn awaited(&self, wait: usize) -> Option<usize> {
        let event = &self.run.events[wait];
        match event.on {
            Some(on) if self.run.things[on].class == Class::Lock => {
                let owners = &self.owners[on];
                let first = *owners.first()?;
                owners.iter().all(|&owner| owner == first).then_some(first)
            }
            Some(_) => None,
            None if event.label().is_empty() => None,
            None => {
                let label = Cow::Borrowed(event.label());
                let its = |&lane: &usize| {
                    let its = &self.run.lanes[lane];
                    let is_child = its.parent == Some(event.lane);
                    is_child && its.end == End::Unknown && its.labels().contains(&label)
                };
                let mut its = (0..self.run.lanes.len()).filter(its);
                // When two lanes share the name, the log does not tell which one it is.
                its.next().filter(|_| its.next().is_none())
            }
        }
    }

    /// The waits of a circle through `lane`, beginning with its own.
    fn circle(&self, lane: usize) -> Option<Vec<usize>> {
        let mut circle = Vec::new();
        let mut at = lane;
        loop {
            let wait = self.waits[at]?;
            if circle.contains(&wait) {
                // A circle that `lane` only leads to is told by those who are in it.
                return None;
            }
            circle.push(wait);
            at = self.awaited(wait)?;
            if at == lane {
                return Some(circle);
            }
        }
    }

    /// Whether all in the circle were alive when the last of them began to wait: a lock of one that
    /// was killed before that is handed on, or was given up on purpose. (Who takes a lock again that
    /// it may take again waits only for a moment, and can be killed in it.)
    fn is_true(&self, circle: &[usize]) -> bool {
        let closed = circle.iter().copied().max().unwrap_or(0);
        circle.iter().all(|&wait| {
            let lane = self.run.events[wait].lane;
            match self.killed(lane) {
                Some(kill) => kill > closed && circle.len() > 1,
                None => !matches!(self.run.lanes[lane].end, End::Killed(_)),
            }
        })
    }

    /// When the lane was killed, or one that it cannot outlive.
    fn killed(&self, lane: usize) -> Option<usize> {
        let mut lanes = std::iter::successors(Some(lane), |&lane| self.run.lanes[lane].parent);
        lanes.find_map(|lane| self.kills[lane].first().copied())
    }

    /// "Thread_1 waits for B, held by Thread_2, which waits for A, held by Thread_1."
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

    /// Reports each lane that, when the log ends, still waits for a lock of a lane that has exited.
    fn for_the_ended(&self, findings: &mut Vec<Finding>) {
        for &wait in self.waits.iter().flatten() {
            let event = &self.run.events[wait];
            let Some(owner) = self.awaited(wait).filter(|&owner| owner != event.lane) else {
                continue;
            };
            if event.on.is_some() && matches!(self.run.lanes[owner].end, End::Exit(_)) {
                let text = format!(
                    "{} waits for {}, held by {}, which has ended.",
                    self.run.lanes[event.lane].name,
                    self.thing_of(wait),
                    self.run.lanes[owner].name
                );
                findings.push(Finding::broken(text, vec![wait]));
            }
        }
    }
}

/// The wait without a limit that is the last thing on the lane. (A task that is dropped in the
/// middle of a wait still tells its end, or that it waits no longer; it has given up.)
fn last_wait(run: &Run, lane: usize) -> Option<usize> {
    let last = *run.lanes[lane].events.last()?;
    (run.events[last].kind == Kind::Wait).then_some(last)
}
