//! The band of a thing between the lanes, with its contents over time.

use super::contents::{Item, Label, Place, What};
use super::scale::Scale;
use super::text::{fit, width};
use crate::run::Run;
use crate::run::leaving::has_ended;
use crate::text::cut;
use crate::time::duration;

/// The size of the texts in a band, in pixels, and the size to measure them, because they are bold.
pub(crate) const TEXT: f64 = 11.0;
const BOLD: f64 = TEXT * 1.12;
const LEVEL: f64 = 22.0;
/// The usual height of a band, at most. If more messages would exceed it, they are drawn thinner.
const HIGHEST: f64 = 150.0;
const THINNEST: f64 = 2.0;
/// All further messages are drawn in the last level, over each other: so many cannot be told apart, and to
/// look through thousands of levels for a free one took most of the time of a page.
const MOST_LEVELS: usize = 300;
const PADDING: f64 = 7.0;
/// The number of characters at which a longer message is cut.
const LONGEST: usize = 24;

/// A thing and its contents.
pub(crate) struct Band {
    pub(crate) thing: usize,
    pub(crate) items: Vec<Item>,
    levels: usize,
}

impl Band {
    pub(crate) fn new(run: &Run, scale: &Scale, thing: usize, mut items: Vec<Item>) -> Self {
        for item in &mut items {
            item.x0 = scale.x(item.from);
            item.x1 = item.to.map_or(scale.end, |to| scale.x(to));
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

    /// The distance from one level to the next.
    pub(crate) fn level_height(&self) -> f64 {
        (HIGHEST / self.levels as f64).clamp(THINNEST, LEVEL)
    }

    pub(crate) fn height(&self) -> f64 {
        self.levels as f64 * self.level_height() + 2.0 * PADDING
    }

    /// The middle of an item, measured from the top of the band.
    pub(crate) fn y(&self, item: &Item) -> f64 {
        PADDING + (item.level as f64 + 0.5) * self.level_height()
    }
}

/// Gives each item the first level that has room for it and its label. Returns the number of levels.
fn pack(run: &Run, items: &mut [Item], beside: bool, picture: f64) -> usize {
    let again = |item: &Item| match item.what {
        What::Hold(depth @ 2..) => Some((depth, item.x0, item.x1)),
        _ => None,
    };
    let again: Vec<_> = items.iter().filter_map(again).collect();
    let is_lost = has_ended(run) && !run.damage.has_gaps();
    let not_received = if is_lost {
        "never received"
    } else {
        "not received"
    };
    let mut ends: Vec<f64> = Vec::new();
    for item in items {
        let (mut x0, mut x1) = (item.x0, item.x1);
        item.label = match item.what {
            What::Message | What::LastWord => message(run, item, beside, picture, not_received),
            What::Hold(depth) => inside(run, item, widest(item, depth, &again)),
            _ => inside(run, item, (item.x0, item.x1)),
        };
        if let Some(Label { text, place, .. }) = &item.label {
            let room = width(text, BOLD) + 6.0;
            match place {
                Place::Inside => {}
                Place::Right => x1 += room,
                Place::Left => x0 -= room,
            }
        }
        // A hold that its owner takes again is drawn inside the first one.
        let free = |&end: &f64| end <= x0 || matches!(item.what, What::Hold(2..));
        let level = ends.iter().position(free).unwrap_or(ends.len());
        item.level = level.min(MOST_LEVELS - 1);
        match ends.get_mut(item.level) {
            Some(end) => *end = end.max(x1 + 2.0),
            None => ends.push(x1 + 2.0),
        }
    }
    ends.len()
}

/// The widest stretch of a hold in which its owner has not taken it again.
fn widest(item: &Item, depth: usize, again: &[(usize, f64, f64)]) -> (f64, f64) {
    let within = again
        .iter()
        .filter(|&&(deeper, x0, x1)| deeper > depth && x0 >= item.x0 && x1 <= item.x1);
    let (mut from, mut best) = (item.x0, (item.x0, item.x0));
    for &(_, x0, x1) in within.chain(&[(0, item.x1, item.x1)]) {
        if x0 - from > best.1 - best.0 {
            best = (from, x0);
        }
        from = from.max(x1);
    }
    best
}

/// The label of an owner or of a value, if there is room for it.
fn inside(run: &Run, item: &Item, (x0, x1): (f64, f64)) -> Option<Label> {
    let event = run.events.get(item.from)?;
    let name = match item.what {
        What::Hold(1) => run.lanes[event.lane].name.clone(),
        What::Hold(depth) => format!("×{depth}"),
        _ => cut(event.label(), LONGEST),
    };
    let text = fit(&name, BOLD, x1 - x0 - 10.0).filter(|text| !text.is_empty())?;
    Some(Label {
        text,
        x: f64::midpoint(x0, x1),
        place: Place::Inside,
    })
}

/// The label of a message, with the time that it waited, or the words `not_received`: in the message, or else
/// beside it.
fn message(
    run: &Run,
    item: &Item,
    beside: bool,
    picture: f64,
    not_received: &str,
) -> Option<Label> {
    let room = item.x1 - item.x0 - 12.0;
    let event = run.events.get(item.from)?;
    let name = match item.what {
        What::LastWord => "end".to_owned(),
        _ => cut(event.label(), LONGEST),
    };
    let waited = item.to.map(|to| run.events[to].t - event.t);
    let waited = waited.map_or_else(|| not_received.to_owned(), duration);
    let long = format!("{name} {waited}");
    let (text, x, place) = if width(&long, BOLD) <= room {
        (long, f64::midpoint(item.x0, item.x1), Place::Inside)
    } else if width(&name, BOLD) <= room {
        (name, f64::midpoint(item.x0, item.x1), Place::Inside)
    } else if !beside || name.is_empty() {
        return None;
    } else if item.x1 + width(&name, BOLD) + 8.0 < picture {
        (name, item.x1 + 5.0, Place::Right)
    } else {
        (name, item.x0 - 5.0, Place::Left)
    };
    Some(Label { text, x, place })
}
