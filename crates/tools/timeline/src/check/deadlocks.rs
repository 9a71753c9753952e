//! Nobody waits in a circle, and nobody for what cannot come any more.

use std::collections::HashSet;

use common::Kind;

use super::Finding;
use crate::run::{Class, End, Run};

pub(super) fn check(run: &Run, findings: &mut Vec<Finding>) {
    let mut state = Waiting {
        run,
        waits: vec![None; run.lanes.len()],
        owners: vec![Vec::new(); run.things.len()],
    };
    let mut known: HashSet<Vec<usize>> = HashSet::new();
    for place in 0..run.events.len() {
        state.advance(place);
        if run.events[place].kind != Kind::Wait {
            continue;
        }
        let Some(circle) = state.circle(run.events[place].lane) else {
            continue;
        };
        let mut lanes: Vec<_> = circle.iter().map(|wait| run.events[*wait].lane).collect();
        lanes.sort_unstable();
        if circle.iter().all(|&wait| is_granted(run, wait)) || !known.insert(lanes) {
            continue;
        }
        findings.push(Finding::broken(state.told(&circle), circle));
    }
    state.left_waiting(findings);
}

/// Whether the wait came to what it waited for: the lane's next event takes it.
fn is_granted(run: &Run, wait: usize) -> bool {
    next_on_lane(run, wait).is_some_and(|next| {
        let (wait, next) = (&run.events[wait], &run.events[next]);
        next.kind == Kind::Acquire && next.on == wait.on
    })
}

fn next_on_lane(run: &Run, event: usize) -> Option<usize> {
    let events = &run.lanes[run.events[event].lane].events;
    let after = events.partition_point(|&other| other <= event);
    events.get(after).copied()
}

/// Who waits for what, and who has what, at one moment of the run.
struct Waiting<'a> {
    run: &'a Run,
    /// The wait that each lane is in.
    waits: Vec<Option<usize>>,
    /// The lanes that have each lock; one that took it again stands there twice.
    owners: Vec<Vec<usize>>,
}

impl Waiting<'_> {
    fn advance(&mut self, place: usize) {
        let event = &self.run.events[place];
        self.waits[event.lane] = (event.kind == Kind::Wait).then_some(place);
        let Some(on) = event.on else {
            return;
        };
        match event.kind {
            Kind::Acquire => self.owners[on].push(event.lane),
            Kind::Release => {
                let owners = &mut self.owners[on];
                if let Some(its) = owners.iter().rposition(|&owner| owner == event.lane) {
                    owners.remove(its);
                }
            }
            _ => {}
        }
    }

    /// Whom a wait is for: the owner of the lock, or the lane whose end is waited for. (A lock
    /// with several owners gets free by any of them, so nobody in particular is waited for.)
    fn awaited(&self, wait: usize) -> Option<usize> {
        let event = &self.run.events[wait];
        match event.on {
            Some(on) if self.run.things[on].class == Class::Lock => {
                let owners = &self.owners[on];
                let first = *owners.first()?;
                owners.iter().all(|&owner| owner == first).then_some(first)
            }
            Some(_) => None,
            None => {
                let its = |lane: &crate::run::Lane| {
                    lane.parent == Some(event.lane) && lane.name == event.label()
                };
                self.run.lanes.iter().position(its)
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

    /// "Thread_1 waits for B, held by Thread_2, which waits for A, held by Thread_1."
    fn told(&self, circle: &[usize]) -> String {
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

    /// Whoever still waits when the log ends, for somebody who has ended.
    fn left_waiting(&self, findings: &mut Vec<Finding>) {
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
