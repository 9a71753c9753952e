//! The contents of a thing over time.

use std::collections::HashMap;

use common::Kind;

use super::facts::Facts;
use crate::run::holds::Hold;
use crate::run::{Class, Event, Run};

pub(crate) struct Label {
    pub(crate) text: String,
    /// Its middle, or its beginning or end.
    pub(crate) x: f64,
    pub(crate) place: Place,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Inside,
    Right,
    Left,
}

/// Something that is in a thing for some time.
pub(crate) struct Item {
    pub(crate) what: What,
    /// The events with which it begins and ends.
    pub(crate) from: usize,
    pub(crate) to: Option<usize>,
    pub(crate) x0: f64,
    pub(crate) x1: f64,
    /// The text written in it or beside it.
    pub(crate) label: Option<Label>,
    pub(crate) level: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    /// A message, from its send to its receive.
    Message,
    /// The end of the stream, from the close to the event of the lane that saw it.
    LastWord,
    /// A hold, from the acquire to the release, with its depth.
    Hold(usize),
    /// A value, from when it is set until the next one is.
    Value,
}

/// Everything that is ever in a thing: messages, owners, values.
pub(crate) fn contents(run: &Run, facts: &Facts, thing: usize) -> Vec<Item> {
    let mut items = match run.things.get(thing).map(|thing| thing.class) {
        Some(Class::Channel) => messages(run, thing),
        Some(Class::Lock) => holds(facts.holds(thing)),
        _ => Vec::new(),
    };
    items.extend(values(run, thing));
    items
}

fn item(what: What, from: usize, to: Option<usize>) -> Item {
    Item {
        what,
        from,
        to,
        x0: 0.0,
        x1: 0.0,
        label: None,
        level: 0,
    }
}

fn messages(run: &Run, thing: usize) -> Vec<Item> {
    let messages = run.messages(thing).into_iter();
    let mut items: Vec<_> = messages
        .map(|message| item(What::Message, message.send, message.recv))
        .collect();
    for &event in &run.things[thing].events {
        let cause = run.events[event].cause;
        if let (Kind::Eof, Some(close)) = (run.events[event].kind, cause) {
            items.push(item(What::LastWord, close, Some(event)));
        }
    }
    items
}

fn holds(holds: &[Hold]) -> Vec<Item> {
    // For each lane, the time until which it has the lock.
    let mut outer: HashMap<usize, usize> = HashMap::new();
    let mut items = Vec::with_capacity(holds.len());
    for hold in holds {
        let until = hold.release.unwrap_or(usize::MAX);
        let outer = outer.entry(hold.lane).or_default();
        // A hold that outlasts the hold in which it began is not a part of it.
        let depth = if until <= *outer { hold.depth } else { 1 };
        *outer = until.max(*outer);
        items.push(item(What::Hold(depth), hold.acquire, hold.release));
    }
    items
}

fn values(run: &Run, thing: usize) -> Vec<Item> {
    let its = &run.things[thing].events;
    let sets = its.iter().filter(|&&event| is_value(&run.events[event]));
    let sets: Vec<_> = sets.copied().collect();
    let next = sets.iter().skip(1).map(|&next| Some(next)).chain([None]);
    let both = sets.iter().zip(next);
    both.map(|(&from, to)| item(What::Value, from, to))
        .collect()
}

/// Returns whether the event sets a value. Notifying a condition sets none.
fn is_value(event: &Event) -> bool {
    event.kind == Kind::Set && !event.what.is_empty()
}
