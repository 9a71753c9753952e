//! The horizontal position of each event.
//!
//! Two microseconds and two seconds cannot both be visible at one scale. So time is elastic: it is
//! to scale where there is room, and stretched where glyphs of a lane would hide each other. The
//! other view is by order, with one step for each event, because programs depend on the order.

use super::choice::Choice;
use super::limits::{Limits, MARGIN, difference, float};
use crate::run::{End, Run};

/// Which of the two views.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum View {
    /// By the clock.
    Time,
    /// A step for each event.
    Order,
}

/// The width of the picture, unless its events need more.
const USUAL_WIDTH: f64 = 1030.0;
/// The space after the last event for lanes that have not ended, to show what they wait for.
const OPEN_END: f64 = 110.0;

/// The position of each event from left to right, in pixels.
pub(crate) struct Scale {
    events: Vec<usize>,
    times: Vec<u64>,
    xs: Vec<f64>,
    /// Whether time is stretched between an event and the next one.
    stretched: Vec<bool>,
    /// The position where something ends that lasts longer than the log.
    pub(crate) end: f64,
    /// The width of the picture.
    pub(crate) width: f64,
}

impl Scale {
    pub(crate) fn new(run: &Run, choice: &Choice, view: View) -> Self {
        let events = choice.events.clone();
        let times: Vec<_> = events.iter().map(|&event| run.events[event].t).collect();
        let limits = Limits::of(run, choice);
        let is_open = run.lanes.iter().any(|lane| lane.end == End::Unknown);
        let behind = if is_open { OPEN_END } else { 0.8 * MARGIN };
        let per_ns = match view {
            View::Time => limits.pixels_per_nanosecond(&times, USUAL_WIDTH - MARGIN - behind),
            View::Order => 0.0,
        };
        let xs = match view {
            View::Time => limits.positions(&times, per_ns),
            View::Order => limits.steps(),
        };
        let last = xs.last().copied().unwrap_or(MARGIN);
        let end = last + behind;
        let to_scale = |(index, pair): (usize, &[f64])| {
            let to_scale = per_ns * difference(&times, index);
            pair[1] - pair[0] > to_scale + 0.5
        };
        let stretched = xs.windows(2).enumerate().map(to_scale).collect();
        Self {
            events,
            times,
            stretched,
            end,
            width: (end + MARGIN).max(USUAL_WIDTH),
            xs,
        }
    }

    /// The position of an event. An event that is left out has the position of its time.
    pub(crate) fn x(&self, event: usize) -> f64 {
        match self.events.binary_search(&event) {
            Ok(index) => self.xs[index],
            Err(after) => {
                let before = after.checked_sub(1).and_then(|index| self.xs.get(index));
                let after = self.xs.get(after);
                let both = [before.or(after), after.or(before)];
                both.into_iter().flatten().sum::<f64>() / 2.0
            }
        }
    }

    /// The positions of the drawn events, in the order of time.
    pub(crate) fn xs(&self) -> &[f64] {
        &self.xs
    }

    /// Whether time is stretched between a drawn event and the next one.
    pub(crate) fn is_stretched(&self, index: usize) -> bool {
        self.stretched.get(index).copied().unwrap_or_default()
    }

    /// The moment at `x`, in nanoseconds.
    pub(crate) fn time_at(&self, x: f64) -> f64 {
        let after = self.xs.partition_point(|&other| other < x);
        let before = after.saturating_sub(1);
        let (Some(&x0), Some(&x1)) = (self.xs.get(before), self.xs.get(after)) else {
            return self.times.get(before).map_or(0.0, |&time| float(time));
        };
        let part = if x1 > x0 { (x - x0) / (x1 - x0) } else { 0.0 };
        float(self.times[before]) + part * difference(&self.times, before)
    }

    /// The position of a moment by its time, interpolated between two events.
    pub(crate) fn x_of_time(&self, time: u64) -> f64 {
        let after = self.times.partition_point(|&other| other < time);
        let before = after.saturating_sub(1);
        let (Some(&x0), Some(&x1)) = (self.xs.get(before), self.xs.get(after)) else {
            return self.xs.get(before).copied().unwrap_or(MARGIN);
        };
        let length = difference(&self.times, before);
        let part = float(time.saturating_sub(self.times[before]));
        x0 + (x1 - x0) * if length > 0.0 { part / length } else { 0.0 }
    }
}
