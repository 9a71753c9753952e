//! The lines of a thing: the contents of a pipe, the owner of a lock, the values.

use common::Kind;

use super::columns::Columns;
use crate::run::Run;
use crate::run::holds::Hold;
use crate::run::spans::{Message, levels};
use crate::terminal::canvas::{Colour, Row};
use crate::terminal::signs::Sign;
use crate::text::{clean, width};

/// Bars from one eighth to full height.
const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// Paints the number of messages in a pipe or queue as a bar in each column: the largest number in
/// that stretch of time. Returns the largest number of all.
pub(super) fn paint_level(messages: &[Message], columns: &Columns, row: &mut Row) -> usize {
    let mut highest = vec![0; columns.width];
    let (mut before, mut x) = (0, 0);
    for (index, level) in levels(messages) {
        let to = columns.at(index);
        raise(&mut highest, x, to, before);
        (before, x) = (level, to);
        raise(&mut highest, x, x, level);
    }
    raise(&mut highest, x, columns.width - 1, before);
    let most = highest.iter().copied().max().unwrap_or(0);
    for (x, &level) in highest.iter().enumerate().filter(|(_, level)| **level > 0) {
        let bar = BARS[(level * BARS.len())
            .div_ceil(most.max(1))
            .clamp(1, BARS.len())
            - 1];
        row.put(x, bar, Some(Sign::Level), Colour::Plain);
    }
    most
}

fn raise(levels: &mut [usize], from: usize, to: usize, level: usize) {
    for old in levels.iter_mut().take(to + 1).skip(from) {
        *old = level.max(*old);
    }
}

/// Paints the owner of a lock: the owner's sign in each column.
pub(super) fn paint_owners(holds: &[Hold], signs: &[char], columns: &Columns, row: &mut Row) {
    let end = |hold: &Hold| hold.release.map_or(usize::MAX, |release| release);
    // The lane and the end of that earlier hold which ends last.
    let mut until: Option<(usize, usize)> = None;
    for hold in holds.iter().filter(|hold| hold.depth == 1) {
        let from = columns.at(hold.acquire);
        let to = hold
            .release
            .map_or(columns.width, |release| columns.at(release));
        let (sign, colour) = (signs[hold.lane], Colour::Lane(hold.lane));
        for x in from..to.max(from + 1) {
            row.put(x, sign, Some(Sign::Owner), colour);
        }
        if let Some((lane, end)) = until
            && lane != hold.lane
            && end > hold.acquire
        {
            let end = if end == usize::MAX {
                columns.width
            } else {
                columns.at(end)
            };
            row.fill(from, to.min(end).max(from + 1), Sign::Owners, Colour::Plain);
        }
        if until.is_none_or(|(_, last)| end(hold) > last) {
            until = Some((hold.lane, end(hold)));
        }
    }
}

/// Paints the values that a thing had, each where it was set, as far as there is room.
pub(super) fn paint_values(run: &Run, thing: usize, columns: &Columns, row: &mut Row) {
    let sets = run.things[thing].events.iter().copied();
    let mut sets = sets
        .filter(|&index| run.events[index].kind == Kind::Set)
        .peekable();
    // The end of the last value, and the sign that continues it.
    let (mut end, mut goes_on) = (None, Sign::Value);
    while let Some(set) = sets.next() {
        let x = columns.at(set);
        let label = clean(run.events[set].label());
        // Of several values in a column, the last one is shown.
        let is_last = sets.peek().is_none_or(|&next| columns.at(next) > x);
        let is_free = end.is_none_or(|end| x > end);
        let room = columns.width.saturating_sub(x);
        if !is_last || !is_free || room < width(&label).min(LEAST_VALUE) {
            goes_on = Sign::Several;
            continue;
        }
        row.fill(end.unwrap_or(x), x, goes_on, Colour::Faint);
        let colour = Colour::Lane(run.events[set].lane);
        end = Some(x + row.write(x, &label, room, colour));
        goes_on = Sign::Value;
        if label.is_empty() {
            // A condition has no value: the sign shows a notify.
            row.put(x, Sign::Notified.char(), Some(Sign::Notified), colour);
            end = None;
        }
    }
    row.fill(
        end.unwrap_or(columns.width),
        columns.width,
        goes_on,
        Colour::Faint,
    );
}

/// The fewest columns in which a value is readable.
const LEAST_VALUE: usize = 4;
