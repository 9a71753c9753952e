//! A thing as a place between the lanes: what is in it, from when to when.

use common::Kind;

use super::choice::Choice;
use super::scale::Scale;
use super::text::{cut, duration, fit, width};
use crate::run::{Class, End, Run};

/// Of the texts in a band, in pixels.
pub(crate) const TEXT: f64 = 11.0;
const LEVEL: f64 = 22.0;
/// With more messages at a time than fit in a band of this height they get thinner.
const HIGHEST: f64 = 150.0;
const PADDING: f64 = 7.0;

/// What is in a thing for some time.
pub(crate) struct Item {
    pub(crate) what: What,
    /// The events that it begins and ends with.
    pub(crate) from: usize,
    pub(crate) to: Option<usize>,
    pub(crate) x0: f64,
    pub(crate) x1: f64,
    /// What is written in it, or else beside it.
    pub(crate) label: Option<Label>,
    pub(crate) level: usize,
}

pub(crate) struct Label {
    pub(crate) text: String,
    pub(crate) place: Place,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Inside,
    Right,
    Left,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    /// From being sent to being received.
    Message,
    /// From the close to whoever saw it.
    LastWord,
    /// From being taken to being given back; how many times its owner has it.
    Hold(usize),
    /// From being set to the next time.
    Value,
}

/// A thing with all that is in it.
pub(crate) struct Band {
    pub(crate) thing: usize,
    pub(crate) items: Vec<Item>,
    levels: usize,
}

impl Band {
    pub(crate) fn new(run: &Run, choice: &Choice, scale: &Scale, thing: usize) -> Self {
        let mut items = contents(run, thing);
        items.retain(|item| choice.shows(item.from, item.to));
        for item in &mut items {
            item.x0 = scale.x(item.from);
            item.x1 = item.to.map_or(scale.end(), |to| scale.x(to));
        }
        items.sort_by(|one, other| one.x0.total_cmp(&other.x0));
        let (mut values, mut items): (Vec<_>, Vec<_>) =
            items.into_iter().partition(|item| item.what == What::Value);
        let mut levels = pack(run, &mut items, true, scale.width);
        if levels.max(1) as f64 * LEVEL > HIGHEST {
            levels = pack(run, &mut items, false, scale.width);
        }
        pack(run, &mut values, false, scale.width);
        for value in &mut values {
            value.level = levels;
        }
        levels += usize::from(!values.is_empty());
        items.extend(values);
        let levels = levels.max(1);
        Self {
            thing,
            items,
            levels,
        }
    }

    /// From one level to the next.
    pub(crate) fn level_height(&self) -> f64 {
        (HIGHEST / self.levels as f64).clamp(2.0, LEVEL)
    }

    pub(crate) fn height(&self) -> f64 {
        self.levels as f64 * self.level_height() + 2.0 * PADDING
    }

    /// The middle of an item, from the band's top.
    pub(crate) fn y(&self, item: &Item) -> f64 {
        PADDING + (item.level as f64 + 0.5) * self.level_height()
    }
}

/// All that is ever in a thing: messages, owners, values.
pub(crate) fn contents(run: &Run, thing: usize) -> Vec<Item> {
    let mut items = match run.things.get(thing).map(|thing| thing.class) {
        Some(Class::Channel) => messages(run, thing),
        Some(Class::Lock) => holds(run, thing),
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

fn holds(run: &Run, thing: usize) -> Vec<Item> {
    let holds = run.holds(thing);
    let mut items = Vec::with_capacity(holds.len());
    for (place, hold) in holds.iter().enumerate() {
        let mut to = hold.release;
        if to.is_none() && !matches!(run.lanes[hold.lane].end, End::Unknown) {
            // Its owner has ended with it: until somebody else has it.
            let next = holds[place + 1..]
                .iter()
                .find(|next| next.lane != hold.lane);
            to = next.map(|next| next.acquire);
        }
        items.push(item(What::Hold(hold.depth), hold.acquire, to));
    }
    items
}

fn values(run: &Run, thing: usize) -> Vec<Item> {
    let its = &run.things[thing].events;
    let sets = its
        .iter()
        .filter(|&&event| run.events[event].kind == Kind::Set);
    let sets: Vec<_> = sets.copied().collect();
    let next = sets.iter().skip(1).map(|&next| Some(next)).chain([None]);
    let both = sets.iter().zip(next);
    both.map(|(&from, to)| item(What::Value, from, to))
        .collect()
}

/// Gives each item the first level on which there is room for it and its label.
fn pack(run: &Run, items: &mut [Item], beside: bool, picture: f64) -> usize {
    let mut ends: Vec<f64> = Vec::new();
    for item in items {
        let (mut x0, mut x1) = (item.x0, item.x1);
        item.label = label(run, item, beside, picture);
        if let Some(Label { text, place }) = &item.label {
            let room = width(text, TEXT) + 6.0;
            match place {
                Place::Inside => {}
                Place::Right => x1 += room,
                Place::Left => x0 -= room,
            }
        }
        let nested = matches!(item.what, What::Hold(2..));
        let free = |&end: &f64| end <= x0 || nested;
        item.level = ends.iter().position(free).unwrap_or(ends.len());
        match ends.get_mut(item.level) {
            Some(end) => *end = end.max(x1 + 2.0),
            None => ends.push(x1 + 2.0),
        }
    }
    ends.len()
}

fn label(run: &Run, item: &Item, beside: bool, picture: f64) -> Option<Label> {
    let inside = item.x1 - item.x0 - 12.0;
    let event = run.events.get(item.from)?;
    let name = match item.what {
        What::Message => cut(event.label(), 24),
        What::LastWord => "end".to_owned(),
        What::Hold(1) => run.lanes[event.lane].name.clone(),
        What::Hold(depth) => format!("×{depth}"),
        What::Value => cut(event.label(), 24),
    };
    let (text, place) = match item.what {
        What::Message | What::LastWord => {
            let waited = item.to.map(|to| run.events[to].t - event.t);
            let waited = waited.map_or("never received".to_owned(), duration);
            let long = format!("{name} {waited}");
            if width(&long, TEXT) <= inside {
                (long, Place::Inside)
            } else if width(&name, TEXT) <= inside {
                (name, Place::Inside)
            } else if !beside {
                return None;
            } else if item.x1 + width(&name, TEXT) + 8.0 < picture {
                (name, Place::Right)
            } else {
                (name, Place::Left)
            }
        }
        _ => (fit(&name, TEXT, inside)?, Place::Inside),
    };
    (!text.is_empty()).then_some(Label { text, place })
}
