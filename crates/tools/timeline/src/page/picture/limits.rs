//! How far apart events must be, so that no sign hides another.

use common::Kind;

use super::choice::Choice;
use crate::run::Run;

/// The margin left of the first event and right of the last one.
pub(super) const MARGIN: f64 = 18.0;
const STEP: f64 = 16.0;
/// The width of the gap for events that were left out.
const GAP_WIDTH: f64 = 90.0;

/// The least distance of each event from earlier events.
pub(super) struct Limits {
    /// The previous event of the same lane, and the least distance from it.
    lane: Vec<Option<(usize, f64)>>,
    /// Its cause, and the least distance from it, so that a message on its way is visible.
    cause: Vec<Option<(usize, f64)>>,
    gap: Option<usize>,
}

impl Limits {
    pub(super) fn of(run: &Run, choice: &Choice) -> Self {
        let mut latest: Vec<Option<usize>> = vec![None; run.lanes.len()];
        let kind = |index: usize| run.events[choice.events[index]].kind;
        let mut limits = Self {
            lane: Vec::new(),
            cause: Vec::new(),
            gap: choice.gap,
        };
        for (index, &event) in choice.events.iter().enumerate() {
            let event = &run.events[event];
            let before = latest[event.lane].replace(index);
            let room = |before| (before, (radius(kind(before)) + radius(event.kind)).round());
            limits.lane.push(before.map(room));
            let cause = event.cause.and_then(|cause| choice.index_of(cause));
            limits.cause.push(cause.map(|cause| (cause, 9.0)));
        }
        limits
    }

    /// Returns the position of each event: where its time is, or as far to the right as it must be.
    pub(super) fn positions(&self, times: &[u64], per_ns: f64) -> Vec<f64> {
        let mut xs: Vec<f64> = Vec::with_capacity(times.len());
        for index in 0..times.len() {
            let to_scale = match index.checked_sub(1) {
                None => MARGIN,
                Some(before) if self.gap == Some(index) => xs[before] + GAP_WIDTH,
                Some(before) => xs[before] + per_ns * difference(times, before),
            };
            let limits = [self.lane[index], self.cause[index]];
            let limits = limits.into_iter().flatten();
            let least = limits.map(|(before, room)| xs[before] + room);
            xs.push(least.fold(to_scale, f64::max));
        }
        xs
    }

    pub(super) fn steps(&self) -> Vec<f64> {
        let mut x = MARGIN - STEP;
        let step = |index| {
            x += match self.gap == Some(index) {
                true => GAP_WIDTH,
                false => STEP,
            };
            x
        };
        (0..self.lane.len()).map(step).collect()
    }

    /// The scale at which the last event gets its `usual` position, or part of the run is to scale
    /// although the events alone are wider. The width grows with the scale, so bisection finds it.
    pub(super) fn pixels_per_nanosecond(&self, times: &[u64], usual: f64) -> f64 {
        let width = |per_ns: f64| {
            let last = self.positions(times, per_ns).pop();
            last.unwrap_or_default()
        };
        let goal = usual.max(1.3 * width(0.0));
        let length = times.last().copied().unwrap_or_default();
        let (mut low, mut high) = (0.0, goal / float(length.max(1)));
        for _ in 0..40 {
            let middle = f64::midpoint(low, high);
            if width(middle) > goal {
                high = middle;
            } else {
                low = middle;
            }
        }
        low
    }
}

/// The space that a glyph needs on each side.
fn radius(kind: Kind) -> f64 {
    match kind {
        Kind::Say | Kind::Begin | Kind::End | Kind::GiveUp | Kind::Resume => 2.5,
        kind if kind.is_wait() => 2.5,
        _ => 6.5,
    }
}

/// The time from an event to the next one, in nanoseconds.
pub(super) fn difference(times: &[u64], index: usize) -> f64 {
    let next = times.get(index + 1).or(times.get(index)).copied();
    float(next.unwrap_or_default().saturating_sub(times[index]))
}

pub(super) fn float(nanoseconds: u64) -> f64 {
    nanoseconds as f64
}
