//! The columns of the picture, and the names above them.

use crate::run::Run;
use crate::terminal::canvas::{Colour, Row};
use crate::text::{clean, fit_name, width};
use crate::time::Unit;

/// The narrowest column that has room for a message.
pub(super) const DRAWN: usize = 8;

/// The length at which a longer name is cut.
const LONGEST_NAME: usize = 12;

/// The positions of all columns.
pub(super) struct Grid<'a> {
    pub(super) run: &'a Run,
    pub(super) room: usize,
    /// The column of each lane that is in the picture.
    pub(super) xs: Vec<Option<usize>>,
    /// The distance from one lane to the next.
    pub(super) step: usize,
    /// The column where the texts begin.
    pub(super) text: usize,
    /// The number of columns for the times.
    pub(super) time: usize,
    /// Whether there is room for names.
    pub(super) is_named: bool,
}

impl<'a> Grid<'a> {
    pub(super) fn new(run: &'a Run, room: usize) -> Self {
        let time = unit(run).thousandths(run.length()).len();
        let lanes = run.lanes.len().max(1);
        let first = time + 2;
        let prints = run.events.iter().map(|event| width(&event.say));
        let text = prints.max().unwrap_or(0).clamp(room * 2 / 5, room * 3 / 5);
        let all = room.saturating_sub(first + text);
        let longest = run.lanes.iter().map(|lane| width(&clean(&lane.name)));
        let longest = longest.max().unwrap_or(0);
        let step = (all / lanes).clamp(2, longest.clamp(DRAWN, LONGEST_NAME) + 2);
        let shown = (all / step).min(lanes);
        let xs = (0..run.lanes.len()).map(|lane| (lane < shown).then_some(first + lane * step));
        Self {
            run,
            room,
            xs: xs.collect(),
            step,
            text: first + shown * step,
            time,
            is_named: step > longest.min(LONGEST_NAME),
        }
    }

    /// Whether each lane is in the picture.
    pub(super) fn shown(&self) -> Vec<bool> {
        self.xs.iter().map(Option::is_some).collect()
    }

    /// The line with the names of the lanes above their columns, or else with their `signs`.
    pub(super) fn head(&self, signs: &[char]) -> Row {
        let mut row = Row::new(self.room);
        let unit = unit(self.run).short;
        row.write(
            self.time.saturating_sub(width(unit)),
            unit,
            self.time,
            Colour::Faint,
        );
        for (lane, x) in self.xs.iter().enumerate() {
            let Some(x) = *x else {
                continue;
            };
            if self.is_named {
                let name = fit_name(&self.run.lanes[lane].name, self.step - 1);
                row.write(x, &name, self.step - 1, Colour::Lane(lane));
            } else {
                row.put(x, signs[lane], None, Colour::Lane(lane));
            }
        }
        row
    }

    pub(super) fn write_time(&self, t: u64, row: &mut Row) {
        let time = unit(self.run).thousandths(t);
        row.write(
            self.time.saturating_sub(time.len()),
            &time,
            self.time,
            Colour::Faint,
        );
    }
}

/// The unit of the run's times. Short runs of seconds are shown in milliseconds, because much
/// happens within microseconds.
fn unit(run: &Run) -> Unit {
    match run.length() {
        seconds @ 10_000_000_000.. => Unit::of(seconds),
        length => Unit::of(length.min(999_999_999)),
    }
}
