//! One line of the picture: an event, and what every lane does after it.

use common::Kind;

use super::grid::{DRAWN, Grid};
use super::lines::Line;
use super::state::Moment;
use crate::run::Event;
use crate::run::spans::State;
use crate::terminal::canvas::{Colour, Row};
use crate::terminal::signs::Sign;
use crate::text::{clean, fit, width};
use crate::words::told;

impl Grid<'_> {
    /// One line; `moment` is that after its event. `partner` is the lane at a message's other end.
    pub(super) fn line(&self, line: Line, moment: &Moment<'_>, partner: Option<usize>) -> Row {
        let mut row = Row::new(self.room);
        let event = &self.run.events[line.event];
        self.write_time(event.t, &mut row);
        self.lanes(moment, &mut row);
        let colour = Colour::Lane(event.lane);
        if let Some(x) = self.places[event.lane] {
            let sign = sign(event, moment);
            row.put(x, sign.char(), Some(sign), colour);
            match event.kind {
                Kind::Fork => self.branch(x, moment.children.get(&line.event), '╮', '╭', &mut row),
                Kind::Join => {
                    let joined = event.cause.map(|exit| self.run.events[exit].lane);
                    let joined = joined.or_else(|| moment.gone(line.event).first().copied());
                    self.branch(x, joined.as_ref(), '╯', '╰', &mut row);
                }
                Kind::Send | Kind::Recv if self.step >= DRAWN => {
                    self.message(line.event, partner, x, &mut row);
                }
                _ => {}
            }
        }
        for &lane in moment
            .gone(line.event)
            .iter()
            .filter(|&&lane| lane != event.lane)
        {
            if let Some(x) = self.places[lane] {
                row.put(
                    x,
                    Sign::Killed.char(),
                    Some(Sign::Killed),
                    Colour::Lane(lane),
                );
            }
        }
        self.tell(line, &mut row);
        row
    }

    /// The line behind the last: what goes on when the log ends.
    pub(super) fn last(&self, moment: &Moment<'_>) -> Row {
        let mut row = Row::new(self.room);
        self.write_time(self.run.length(), &mut row);
        self.lanes(moment, &mut row);
        row.write(self.text, "(the log ends)", self.room, Colour::Faint);
        row
    }

    /// What is printed, and what happened, unless the picture shows that.
    fn tell(&self, line: Line, row: &mut Row) {
        let mut x = self.text;
        let event = &self.run.events[line.event];
        let printed = if event.kind == Kind::Say {
            Some(line.event)
        } else {
            line.say
        };
        if let Some(printed) = printed {
            let text = &self.run.events[printed].say;
            x += row.write(x, text, self.room, Colour::Lane(event.lane)) + 1;
        }
        let is_drawn = self.step >= DRAWN && matches!(event.kind, Kind::Send | Kind::Recv);
        // In brackets, since nobody has printed it.
        let happened = format!("({})", told(self.run, line.event));
        let is_told = match printed {
            None => true,
            Some(_) if event.kind == Kind::Say || is_drawn => false,
            Some(_) => x + width(&happened) <= self.room,
        };
        if is_told {
            row.write(x, &happened, self.room, Colour::Faint);
            row.put(x, '(', Some(Sign::Text), Colour::Faint);
        }
    }

    /// What each lane does.
    fn lanes(&self, moment: &Moment<'_>, row: &mut Row) {
        for (lane, doing) in moment.lanes.iter().enumerate() {
            let (Some(x), Some(doing)) = (self.places[lane], doing) else {
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

    /// A line from `x` to another lane; which ends in one corner or the other.
    fn branch(&self, x: usize, to: Option<&usize>, right: char, left: char, row: &mut Row) {
        let Some((&lane, end)) = to.and_then(|lane| Some((lane, self.places[*lane]?))) else {
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

    /// The message beside its sign, on the side where its other end is.
    fn message(&self, place: usize, partner: Option<usize>, x: usize, row: &mut Row) {
        let event = &self.run.events[place];
        let is_send = event.kind == Kind::Send;
        let is_left = x > self.time + 2 && partner.is_some_and(|partner| partner < event.lane);
        // A recv without its send has nobody to come from: as if from the left.
        let is_left = is_left || (!is_send && partner.is_none() && x > self.time + 2);
        let long = width(&clean(event.label())) <= self.step - 5;
        let line = if long { "─" } else { "" };
        let label = fit(event.label(), self.step - if long { 5 } else { 4 });
        let text = match (is_send, is_left) {
            (true, false) => format!("{line}▶ {label}"),
            (true, true) => format!("{label} ◀{line}"),
            (false, true) => format!("{label} {line}▶"),
            (false, false) => format!("◀{line} {label}"),
        };
        let at = if is_left { x - width(&text) } else { x + 1 };
        row.write(at, &text, self.step - 1, Colour::Lane(event.lane));
    }
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
