//! The signs of events on the line of their lane.

use common::Kind;

use crate::run::Run;
use crate::run::spans::message_numbers;
use crate::terminal::signs::{Sign, message_sign};

pub(super) struct Glyphs<'a> {
    run: &'a Run,
    numbers: Vec<Option<usize>>,
    /// Whether the printed lines of each lane have signs; only those of a lane that does little else have.
    prints: Vec<bool>,
}

impl<'a> Glyphs<'a> {
    pub(super) fn new(run: &'a Run) -> Self {
        let is_more = |&event: &usize| {
            use Kind::{Acquire, Begin, Recv, Send};
            let event = &run.events[event];
            let is_pause = event.on.is_some_and(|on| run.is_pause(on));
            matches!(event.kind, Acquire | Begin | Recv | Send) && !is_pause
        };
        let lanes = run.lanes.iter();
        Self {
            run,
            numbers: message_numbers(run),
            prints: lanes.map(|lane| !lane.events.iter().any(is_more)).collect(),
        }
    }

    /// The sign of an event, if it has one.
    pub(super) fn glyph(&self, index: usize) -> Option<(char, Sign)> {
        let event = &self.run.events[index];
        let sign = match event.kind {
            Kind::Run | Kind::Start => Sign::Start,
            Kind::Fork => Sign::Fork,
            Kind::Join => Sign::Join,
            Kind::Exit => Sign::Exit,
            Kind::Kill => Sign::Kill,
            Kind::Eof => Sign::Eof,
            Kind::Say if self.prints[event.lane] => Sign::Prints,
            Kind::Send | Kind::Recv => {
                let number = self.numbers[index];
                let lost = (Sign::Lost.char(), Sign::Lost);
                return Some(number.map_or(lost, |n| (message_sign(n), Sign::Message)));
            }
            _ => return None,
        };
        Some((sign.char(), sign))
    }

    /// Whether an event sends or receives a message.
    pub(super) fn is_message(&self, index: usize) -> bool {
        matches!(self.run.events[index].kind, Kind::Send | Kind::Recv)
    }

    /// Whether an event takes a lock or gives it back.
    pub(super) fn is_hold(&self, index: usize) -> bool {
        matches!(self.run.events[index].kind, Kind::Acquire | Kind::Release)
    }

    /// Returns whether an event changes how its lane is drawn.
    pub(super) fn is_seen(&self, index: usize) -> bool {
        let event = &self.run.events[index];
        let is_work = matches!(event.kind, Kind::Begin | Kind::End)
            && event.on.is_some_and(|on| !self.run.is_pause(on));
        let is_set = event.kind == Kind::Set;
        is_work || is_set || self.is_hold(index) || self.glyph(index).is_some()
    }
}
