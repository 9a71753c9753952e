//! The data from which all parts of a picture are drawn, with their positions.

use super::choice::Choice;
use super::facts::Facts;
use super::rows::Rows;
use super::scale::Scale;
use crate::run::Run;
use crate::run::leaving::Leaving;

/// The width of the names to the left of the picture.
pub(crate) const NAMES_WIDTH: f64 = 150.0;

/// A picture that is being drawn.
pub(super) struct Drawing<'a> {
    pub(super) run: &'a Run,
    pub(super) choice: &'a Choice,
    pub(super) facts: &'a Facts,
    pub(super) scale: Scale,
    pub(super) rows: Rows,
}

impl Drawing<'_> {
    /// The colour of the lane that an event is on.
    pub(super) fn colour(&self, event: usize) -> String {
        colour(self.run.events[event].lane)
    }

    /// The position where a lane ends: where it was killed, if it did not end by itself.
    pub(super) fn lane_end(&self, lane: usize) -> f64 {
        match self.facts.leaving(lane) {
            Leaving::Ends(event) | Leaving::Killed(event) => self.scale.x(event),
            Leaving::Unknown => self.scale.end,
        }
    }
}

/// The class that gives a lane its colour.
pub(crate) fn colour(lane: usize) -> String {
    match lane.checked_sub(1) {
        None => "c0".to_owned(),
        Some(child) => format!("c{}", child % 6 + 1),
    }
}
