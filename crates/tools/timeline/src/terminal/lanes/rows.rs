//! The lines of a picture, their order, and what is left out.

use std::collections::HashMap;

use common::Kind;

use crate::run::holds::Hold;
use crate::run::holds::holds;
use crate::run::leaving::Leaving;
use crate::run::spans::Message;
use crate::run::{Class, Run};
use crate::text::{count, fit_name};

/// The most lines of each sort: more do not fit on a screen.
const MOST_LANES: usize = 32;
const MOST_THINGS: usize = 16;

/// A line of the picture.
pub(super) enum Line {
    Lane(usize),
    /// The messages in a pipe or queue.
    Level(usize, Vec<Message>),
    /// The owners of a lock.
    Owners(usize, Vec<Hold>),
    /// The values of a thing.
    Values(usize),
}

/// Returns the lines, and a sentence on what is left out.
pub(super) fn lines(run: &Run, leavings: &[Leaving]) -> (Vec<Line>, Option<String>) {
    let mut order: Vec<usize> = (0..run.lanes.len()).collect();
    // The threads of a process come below it.
    let mut first = HashMap::new();
    for (lane, its) in run.lanes.iter().enumerate() {
        first.entry(its.pid).or_insert(lane);
    }
    order.sort_by_key(|&lane| first.get(&run.lanes[lane].pid).copied());
    let hidden = order.split_off(order.len().min(MOST_LANES));
    let mut things: Vec<(Option<usize>, Line)> = things(run, leavings);
    let hidden_things = things.split_off(things.len().min(MOST_THINGS));
    let mut lines: Vec<Line> = Vec::new();
    for &lane in &order {
        lines.push(Line::Lane(lane));
        let (here, later) = things
            .into_iter()
            .partition(|(index, _)| *index == Some(lane));
        let here: Vec<_> = here;
        lines.extend(here.into_iter().map(|(_, line)| line));
        things = later;
    }
    lines.extend(things.into_iter().map(|(_, line)| line));
    (lines, left_out(run, &hidden, hidden_things.len()))
}

fn left_out(run: &Run, hidden: &[usize], things: usize) -> Option<String> {
    let mut parts = Vec::new();
    if let (Some(&first), Some(&last)) = (hidden.first(), hidden.last()) {
        let name = |lane: usize| fit_name(&run.lanes[lane].name, 20);
        let lanes = count(hidden.len(), "lane");
        parts.push(format!("{lanes} ({} … {})", name(first), name(last)));
    }
    if things > 0 {
        parts.push(count(things, "line") + " of things");
    }
    (!parts.is_empty()).then(|| format!("Left out: {}", parts.join(", ")))
}

/// The lines of things, each with the lane below which it is placed: the first one that used it.
fn things(run: &Run, leavings: &[Leaving]) -> Vec<(Option<usize>, Line)> {
    let mut lines = Vec::new();
    for (thing, its) in run.things.iter().enumerate() {
        let user = |kind: Kind| {
            let mut events = its.events.iter().map(|&event| &run.events[event]);
            let first = events.find(|event| event.kind == kind);
            first.map(|event| event.lane)
        };
        if its.class == Class::Channel {
            let messages = run.messages(thing);
            if !messages.is_empty() {
                lines.push((user(Kind::Send), Line::Level(thing, messages)));
            }
        }
        let (taker, setter) = (user(Kind::Acquire), user(Kind::Set));
        if taker.is_some() {
            lines.push((taker, Line::Owners(thing, holds(run, thing, leavings))));
        }
        if setter.is_some() {
            lines.push((taker.or(setter), Line::Values(thing)));
        }
    }
    lines
}
