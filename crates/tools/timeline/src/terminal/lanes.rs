//! A picture with one line for each lane and thing; time goes to the right.
//!
//! Read on: `lanes/columns.rs` (elastic time), `lanes/lane.rs`, `lanes/thing.rs`.

mod axis;
mod columns;
mod glyphs;
mod lane;
mod names;
mod rows;
mod thing;

use crate::fold::Shown;
use crate::run::Run;
use crate::run::holds::Hold;
use crate::run::leaving::{Leaving, leavings};
use crate::terminal::canvas::Row;
use crate::terminal::heading::{faults, heading, still_waiting};
use crate::terminal::screen::Screen;
use crate::terminal::signs::{lane_signs, legend};
use crate::text::{fit, fit_name};
use columns::Columns;
use glyphs::Glyphs;
use lane::LanePainter;
use names::Names;
use rows::Line;

/// The picture, with a heading, a line for the time, and a legend of the signs in it.
pub(crate) fn lanes(shown: &Shown<'_>, screen: Screen) -> String {
    let run = &*shown.run;
    let room = screen.columns();
    let leavings = leavings(run);
    let (lines, left_out) = rows::lines(run, &leavings);
    let glyphs = Glyphs::new(run);
    let signs = lane_signs(run.lanes.iter().map(|lane| &*lane.name));
    let names = Names::new(run, &lines, room);
    let offset = names.width() + 1;
    let columns = columns(run, &glyphs, &leavings, room - offset);
    let painter = Painter {
        run,
        signs: &signs,
        lanes: LanePainter {
            run,
            columns: &columns,
            leavings: &leavings,
            glyphs: &glyphs,
        },
        holds: holds(run, &lines),
    };
    let mut text = heading(shown, room);
    text.push('\n');
    let mut used = Vec::new();
    for line in &lines {
        let mut row = Row::new(columns.width);
        let most = painter.paint(line, &mut row);
        used.extend(row.signs());
        names
            .before(line, most, row, room)
            .draw(&mut text, screen.colour);
    }
    let mut row = Row::new(room);
    axis::paint(run, &columns, offset, &mut row);
    row.draw(&mut text, screen.colour);
    text.push('\n');
    let mut entries = vec!["╵ time, stretched where much happens".to_owned()];
    entries.extend(owners(run, &lines, &signs));
    text.push_str(&legend(&used, &entries, room));
    text.extend(left_out.map(|left_out| fit(&left_out, room) + "\n"));
    text + &still_waiting(shown.whole, room) + &faults(shown.whole, room)
}

/// Gives a column of their own to as many events as possible, to messages first.
fn columns(run: &Run, glyphs: &Glyphs<'_>, leavings: &[Leaving], width: usize) -> Columns {
    // A state that lasts beyond the log needs some columns to be visible.
    let tail = if leavings.contains(&Leaving::Unknown) {
        3
    } else {
        0
    };
    let is_printed = |event: usize| run.events[event].kind == common::Kind::Say;
    let all = |event| glyphs.is_seen(event);
    let most = |event| glyphs.is_seen(event) && !is_printed(event);
    let few = |event| most(event) && !glyphs.is_hold(event);
    let messages = |event| glyphs.is_message(event);
    Columns::new(run, width, tail, &[&all, &most, &few, &messages])
}

/// The periods in which each lane had a lock.
fn holds(run: &Run, lines: &[Line]) -> Vec<Vec<Hold>> {
    let mut by_lane = vec![Vec::new(); run.lanes.len()];
    for line in lines {
        if let Line::Owners(_, holds) = line {
            for hold in holds {
                by_lane[hold.lane].push(*hold);
            }
        }
    }
    by_lane
}

/// Explains which sign stands for which owner of a lock.
fn owners(run: &Run, lines: &[Line], signs: &[char]) -> Option<String> {
    let mut owners: Vec<usize> = Vec::new();
    for line in lines {
        if let Line::Owners(_, holds) = line {
            owners.extend(holds.iter().map(|hold| hold.lane));
        }
    }
    owners.sort_unstable();
    owners.dedup();
    let name = |&lane: &usize| format!("{} {}", signs[lane], fit_name(&run.lanes[lane].name, 20));
    let names: Vec<String> = owners.iter().map(name).collect();
    (!names.is_empty()).then(|| format!("a lock's owner: {}", names.join(", ")))
}

struct Painter<'a> {
    run: &'a Run,
    signs: &'a [char],
    lanes: LanePainter<'a>,
    holds: Vec<Vec<Hold>>,
}

impl Painter<'_> {
    /// Paints a line. Returns the largest number of messages in a pipe or queue.
    fn paint(&self, line: &Line, row: &mut Row) -> Option<usize> {
        let columns = self.lanes.columns;
        match line {
            Line::Lane(lane) => self.lanes.paint(*lane, &self.holds[*lane], row),
            Line::Level(_, messages) => return Some(thing::paint_level(messages, columns, row)),
            Line::Owners(_, holds) => thing::paint_owners(holds, self.signs, columns, row),
            Line::Values(thing) => thing::paint_values(self.run, *thing, columns, row),
        }
        None
    }
}
