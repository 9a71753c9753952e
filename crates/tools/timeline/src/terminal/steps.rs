//! A picture with one line for each event; time goes down. The lanes are on the left, the printed
//! lines on the right.
//!
//! Read on: `steps/lines.rs` (which events have a line), `steps/event.rs` (what a line shows).

mod event;
mod grid;
mod lines;
mod state;

use std::collections::{HashMap, HashSet};

use common::Kind;

use crate::fold::Shown;
use crate::run::Run;
use crate::terminal::heading::{faults, heading, still_waiting};
use crate::terminal::screen::Screen;
use crate::terminal::signs::{lane_signs, legend, wrap};
use crate::text::{count, fit, fit_name};
use grid::Grid;
use lines::Line;
use state::Moment;

/// The most lines; if there are more, the middle is left out.
const MOST_LINES: usize = 240;

/// The picture, with a heading and a legend of the signs in it.
pub(crate) fn steps(shown: &Shown<'_>, screen: Screen) -> String {
    let run = &*shown.run;
    let room = screen.columns();
    let grid = Grid::new(run, room);
    let mut moment = Moment::new(run);
    let seen = grid.shown();
    let mut lines = lines::lines(run, &moment.states, &seen);
    let cut = cut(&mut lines);
    let partners = partners(run, &lines);
    let signs = lane_signs(run.lanes.iter().map(|lane| &*lane.name));
    let mut text = heading(shown, room) + "\n";
    if !grid.is_named {
        text.push_str(&key(run, &signs, &seen, room));
    }
    grid.head(&signs).draw(&mut text, screen.colour);
    let mut used = Vec::new();
    let mut next = 0;
    for (n, &line) in lines.iter().enumerate() {
        if n == MOST_LINES / 2 && cut > 0 {
            text.push_str(&fit(&format!("  ⋮  {} left out", count(cut, "line")), room));
            text.push('\n');
        }
        for event in next..=line.event {
            moment.advance(event);
        }
        next = line.event + 1;
        let row = event::line(&grid, line, &moment, partners.get(&line.event).copied());
        used.extend(row.signs());
        row.draw(&mut text, screen.colour);
    }
    (next..run.events.len()).for_each(|event| moment.advance(event));
    if moment.lanes.iter().any(Option::is_some) {
        let row = event::last(&grid, &moment);
        used.extend(row.signs());
        row.draw(&mut text, screen.colour);
    }
    text.push('\n');
    text.push_str(&legend(&used, &[], room));
    text.push_str(&left_out(run, &seen, room));
    text + &still_waiting(shown.whole, room) + &faults(shown.whole, room)
}

/// Cuts the middle out, and returns the number of lines removed.
fn cut(lines: &mut Vec<Line>) -> usize {
    let cut = lines.len().saturating_sub(MOST_LINES);
    if cut > 0 {
        lines.drain(MOST_LINES / 2..MOST_LINES / 2 + cut);
    }
    cut
}

/// The lane at the other end of each message in `lines`.
fn partners(run: &Run, lines: &[Line]) -> HashMap<usize, usize> {
    let wanted: HashSet<usize> = lines.iter().map(|line| line.event).collect();
    let mut partners = HashMap::new();
    for (index, event) in run.events.iter().enumerate() {
        if let (Kind::Recv, Some(send)) = (event.kind, event.cause) {
            if wanted.contains(&index) {
                partners.insert(index, run.events[send].lane);
            }
            if wanted.contains(&send) {
                partners.entry(send).or_insert(event.lane);
            }
        }
    }
    partners
}

/// Explains which sign stands for which lane, if there is no room for names.
fn key(run: &Run, signs: &[char], shown: &[bool], room: usize) -> String {
    let named = (0..run.lanes.len()).filter(|&lane| shown[lane]);
    let named =
        named.map(|lane| format!("{} {}", signs[lane], fit_name(&run.lanes[lane].name, 24)));
    wrap(named, room) + "\n"
}

fn left_out(run: &Run, shown: &[bool], room: usize) -> String {
    let hidden: Vec<usize> = (0..run.lanes.len()).filter(|&lane| !shown[lane]).collect();
    let (Some(&first), Some(&last)) = (hidden.first(), hidden.last()) else {
        return String::new();
    };
    let name = |lane: usize| fit_name(&run.lanes[lane].name, 20);
    let lanes = count(hidden.len(), "lane");
    let text = format!(
        "Left out: {lanes} ({} … {}); a wider terminal shows more",
        name(first),
        name(last)
    );
    fit(&text, room) + "\n"
}
