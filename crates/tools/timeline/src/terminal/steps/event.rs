//! Paints one line of the picture: an event, and what every lane does after it.

use common::Kind;

use super::grid::{DRAWN, Grid};
use super::lines::Line;
use super::state::Moment;
use crate::run::Event;
use crate::run::spans::State;
use crate::terminal::canvas::{Colour, Row};
use crate::terminal::signs::Sign;
use crate::text::{clean, fit, width};
use crate::words::describe;

/// Paints one line; `moment` is the state after its event. `partner` is the lane at a message's other end.
pub(super) fn line(
    grid: &Grid<'_>,
    line: Line,
    moment: &Moment<'_>,
    partner: Option<usize>,
) -> Row {
    let mut row = Row::new(grid.room);
    let event = &grid.run.events[line.event];
    grid.write_time(event.t, &mut row);
    lanes(grid, moment, &mut row);
    let colour = Colour::Lane(event.lane);
    if let Some(x) = grid.xs[event.lane] {
        let sign = sign(event, moment);
        row.put(x, sign.char(), Some(sign), colour);
        match event.kind {
            Kind::Fork => branch(
                grid,
                x,
                moment.children.get(&line.event),
                '╮',
                '╭',
                &mut row,
            ),
            Kind::Join => {
                let joined = event.cause.map(|exit| grid.run.events[exit].lane);
                let joined = joined.or_else(|| moment.gone(line.event).first().copied());
                branch(grid, x, joined.as_ref(), '╯', '╰', &mut row);
            }
            Kind::Send | Kind::Recv if grid.step >= DRAWN => {
                message(grid, line.event, partner, x, &mut row);
            }
            _ => {}
        }
    }
    killed(grid, line, moment, &mut row);
    write_text(grid, line, &mut row);
    row
}

/// Marks the lanes that end by an event of another lane.
fn killed(grid: &Grid<'_>, line: Line, moment: &Moment<'_>, row: &mut Row) {
    let on = grid.run.events[line.event].lane;
    let gone = moment.gone(line.event).iter().filter(|&&lane| lane != on);
    for &lane in gone {
        if let Some(x) = grid.xs[lane] {
            let sign = Sign::Killed;
            row.put(x, sign.char(), Some(sign), Colour::Lane(lane));
        }
    }
}

/// The line after the last one: what continues when the log ends.
pub(super) fn last(grid: &Grid<'_>, moment: &Moment<'_>) -> Row {
    let mut row = Row::new(grid.room);
    grid.write_time(grid.run.length(), &mut row);
    lanes(grid, moment, &mut row);
    row.write(grid.text, "(the log ends)", grid.room, Colour::Faint);
    row
}

/// Writes the printed text, and what happened unless the picture shows it.
fn write_text(grid: &Grid<'_>, line: Line, row: &mut Row) {
    let mut x = grid.text;
    let event = &grid.run.events[line.event];
    let printed = if event.kind == Kind::Say {
        Some(line.event)
    } else {
        line.printed
    };
    if let Some(printed) = printed {
        let text = &grid.run.events[printed].say;
        x += row.write(x, text, grid.room, Colour::Lane(event.lane)) + 1;
    }
    let is_drawn = grid.step >= DRAWN && matches!(event.kind, Kind::Send | Kind::Recv);
    // In brackets, because the program did not print it.
    let happened = format!("({})", describe(grid.run, line.event));
    let is_written = match printed {
        None => true,
        Some(_) if event.kind == Kind::Say || is_drawn => false,
        Some(_) => x + width(&happened) <= grid.room,
    };
    if is_written {
        row.write(x, &happened, grid.room, Colour::Faint);
        row.put(x, '(', Some(Sign::Text), Colour::Faint);
    }
}

/// Paints what each lane does.
fn lanes(grid: &Grid<'_>, moment: &Moment<'_>, row: &mut Row) {
    for (lane, doing) in moment.lanes.iter().enumerate() {
        let (Some(x), Some(doing)) = (grid.xs[lane], doing) else {
            continue;
        };
        let sign = match doing.state {
            State::Works if doing.locks > 0 => Sign::Owns,
            State::Works => Sign::Runs,
            State::Waits | State::Sleeps => Sign::Rests,
        };
        row.put(x, sign.char(), Some(sign), Colour::Lane(lane));
    }
}

/// Paints a line from `x` to another lane, which ends in one of the two corners.
fn branch(grid: &Grid<'_>, x: usize, to: Option<&usize>, right: char, left: char, row: &mut Row) {
    let Some((&lane, end)) = to.and_then(|lane| Some((lane, grid.xs[*lane]?))) else {
        return;
    };
    let (from, to) = (x.min(end) + 1, x.max(end));
    let colour = Colour::Lane(lane);
    for between in from..to {
        let crossed = if row.sign(between).is_some() {
            '┼'
        } else {
            '─'
        };
        row.put(between, crossed, Some(Sign::Branch), colour);
    }
    if end < x {
        row.put(x, '┤', Some(Sign::Branch), colour);
    }
    row.put(
        end,
        if end > x { right } else { left },
        Some(Sign::Branch),
        colour,
    );
}

/// Writes the message beside its sign, on the side of its other end.
fn message(grid: &Grid<'_>, index: usize, partner: Option<usize>, x: usize, row: &mut Row) {
    let event = &grid.run.events[index];
    let is_send = event.kind == Kind::Send;
    let is_left = x > grid.time + 2 && partner.is_some_and(|partner| partner < event.lane);
    // A receive without its send has no sender: it is drawn as if the message came from the left.
    let is_left = is_left || (!is_send && partner.is_none() && x > grid.time + 2);
    let long = width(&clean(event.label())) <= grid.step - 5;
    let line = if long { "─" } else { "" };
    let label = fit(event.label(), grid.step - if long { 5 } else { 4 });
    let text = match (is_send, is_left) {
        (true, false) => format!("{line}▶ {label}"),
        (true, true) => format!("{label} ◀{line}"),
        (false, true) => format!("{label} {line}▶"),
        (false, false) => format!("◀{line} {label}"),
    };
    let at = if is_left { x - width(&text) } else { x + 1 };
    row.write(at, &text, grid.step - 1, Colour::Lane(event.lane));
}

/// The sign of an event on its own lane.
fn sign(event: &Event, moment: &Moment<'_>) -> Sign {
    let has_lock = moment.lanes[event.lane].is_some_and(|doing| doing.locks > 0);
    match event.kind {
        Kind::Send => Sign::Sends,
        Kind::Recv => Sign::Receives,
        Kind::Exit => Sign::Leaves,
        Kind::Kill => Sign::Kill,
        Kind::Fork | Kind::Join => Sign::Branch,
        _ if has_lock => Sign::Owns,
        _ => Sign::Does,
    }
}
