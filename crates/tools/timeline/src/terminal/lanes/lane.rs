//! The line of a lane: what it did, and the signs of its events.

use std::collections::HashSet;

use super::columns::Columns;
use super::glyphs::Glyphs;
use crate::run::Run;
use crate::run::holds::Hold;
use crate::run::leaving::Leaving;
use crate::run::spans::State;
use crate::terminal::canvas::{Colour, Row};
use crate::terminal::signs::Sign;
use crate::text::width;
use crate::words::work_name;

/// The data that all lanes of a picture share.
pub(super) struct LanePainter<'a> {
    pub(super) run: &'a Run,
    pub(super) columns: &'a Columns,
    pub(super) leavings: &'a [Leaving],
    pub(super) glyphs: &'a Glyphs<'a>,
}

impl LanePainter<'_> {
    /// Paints a lane; `holds` are the periods in which it had a lock.
    pub(super) fn paint(&self, lane: usize, holds: &[Hold], row: &mut Row) {
        let colour = Colour::Lane(lane);
        self.paint_states(lane, row, colour);
        self.paint_works(lane, row, colour);
        for hold in holds {
            let sign = if hold.depth == 1 {
                Sign::Holds
            } else {
                Sign::HoldsAgain
            };
            let from = self.columns.at(hold.acquire);
            let to = hold.release.map_or(usize::MAX, |end| self.columns.at(end));
            row.fill(from, to.min(self.end(lane)).max(from + 1), sign, colour);
        }
        self.paint_waits(lane, holds, row, colour);
        self.paint_events(lane, row, colour);
        match self.leavings[lane] {
            Leaving::Killed(kill) => {
                row.put(self.columns.at(kill), '×', Some(Sign::Killed), colour)
            }
            Leaving::Unknown => row.put(self.columns.width - 1, '╌', Some(Sign::Open), colour),
            Leaving::Ends(_) => {}
        }
    }

    /// The column at which the lane ends.
    fn end(&self, lane: usize) -> usize {
        match self.leavings[lane] {
            Leaving::Ends(end) | Leaving::Killed(end) => self.columns.at(end),
            Leaving::Unknown => self.columns.width,
        }
    }

    fn paint_states(&self, lane: usize, row: &mut Row, colour: Colour) {
        for span in self.run.spans(lane) {
            let sign = match span.state {
                State::Works => Sign::Works,
                State::Sleeps => Sign::Sleeps,
                State::Waits => Sign::Waits,
            };
            let to = span
                .to
                .map_or_else(|| self.end(lane), |to| self.columns.at(to));
            row.fill(self.columns.at(span.from), to, sign, colour);
        }
    }

    /// Paints waits, also within a hold, but not where an owner takes its lock again.
    fn paint_waits(&self, lane: usize, holds: &[Hold], row: &mut Row, colour: Colour) {
        let again = holds.iter().filter(|hold| hold.depth > 1);
        let again: HashSet<usize> = again.map(|hold| hold.acquire).collect();
        for span in self.run.spans(lane) {
            let is_granted = span.to.is_some_and(|to| again.contains(&to));
            if span.state == State::Waits && !is_granted {
                let to = span
                    .to
                    .map_or_else(|| self.end(lane), |to| self.columns.at(to));
                row.fill(self.columns.at(span.from), to, Sign::Waits, colour);
            }
        }
    }

    /// Paints pieces of work as bars with their names.
    fn paint_works(&self, lane: usize, row: &mut Row, colour: Colour) {
        let mut works = self.run.works(lane);
        works.retain(|(_, span)| span.state == State::Works);
        for (_, span) in works {
            let from = self.columns.at(span.from);
            let to = span
                .to
                .map_or_else(|| self.end(lane), |to| self.columns.at(to));
            for x in from..to.max(from + 1).min(self.columns.width) {
                row.put(x, '═', Some(Sign::Work), colour);
            }
            if to > from {
                row.put(from, '[', Some(Sign::Work), colour);
            }
            if span.to.is_some() && to > from {
                row.put(to, ']', Some(Sign::Work), colour);
            }
            let name = work_name(self.run, span.from);
            let room = to.saturating_sub(from + 1);
            let short = name.rsplit(' ').next().unwrap_or_default();
            if let Some(name) = [&name, short].into_iter().find(|name| width(name) <= room) {
                row.write(from + 1, name, room, colour);
            }
        }
    }

    fn paint_events(&self, lane: usize, row: &mut Row, colour: Colour) {
        // The column of the last message, because several in one column get another sign.
        let mut before = None;
        for &index in &self.run.lanes[lane].events {
            let x = self.columns.at(index);
            let Some((char, sign)) = self.glyphs.glyph(index) else {
                continue;
            };
            let is_message = matches!(sign, Sign::Message | Sign::Lost);
            if before == Some(x) {
                if is_message {
                    row.put(x, '+', Some(Sign::Several), colour);
                }
                continue;
            }
            if is_message {
                before = Some(x);
            }
            row.put(x, char, Some(sign), colour);
        }
    }
}
