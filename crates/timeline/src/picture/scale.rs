//! Where each event stands from left to right.
//!
//! Two microseconds beside two seconds cannot both be seen to scale. So time is elastic: it is
//! to scale wherever there is room, and stretched where glyphs of a lane would hide each other.
//! The other view is by order: a step for each event, since that is what programs go by.

use common::Kind;

use super::choice::Choice;
use crate::run::{End, Run};

/// Which of the two views.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum View {
    /// By the clock.
    Time,
    /// A step for each event.
    Order,
}

/// The picture is as wide as this, unless its events need more room.
const USUAL_WIDTH: f64 = 1030.0;
/// Left of the first event, and right of the last.
const MARGIN: f64 = 18.0;
/// Behind the last event, for lanes that have not ended: so one sees what they wait for.
const OPEN_END: f64 = 110.0;
const STEP: f64 = 16.0;
/// Of the events that were left out.
const GAP_WIDTH: f64 = 90.0;

/// The place of each event from left to right, in pixels.
pub(crate) struct Scale {
    events: Vec<usize>,
    times: Vec<u64>,
    xs: Vec<f64>,
    /// Whether time is stretched between an event and the next one.
    stretched: Vec<bool>,
    /// Where what lasts longer than the log ends.
    pub(crate) end: f64,
    /// Of the picture.
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
            View::Time => limits.places(&times, per_ns),
            View::Order => limits.steps(),
        };
        let last = xs.last().copied().unwrap_or(MARGIN);
        let end = last + behind;
        let to_scale = |(place, pair): (usize, &[f64])| {
            let to_scale = per_ns * difference(&times, place);
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

    /// Where an event stands. One that is left out stands where time would have it.
    pub(crate) fn x(&self, event: usize) -> f64 {
        match self.events.binary_search(&event) {
            Ok(place) => self.xs[place],
            Err(after) => {
                let before = after.checked_sub(1).and_then(|place| self.xs.get(place));
                let after = self.xs.get(after);
                let both = [before.or(after), after.or(before)];
                both.into_iter().flatten().sum::<f64>() / 2.0
            }
        }
    }

    /// The drawn events' places, in the order of time.
    pub(crate) fn xs(&self) -> &[f64] {
        &self.xs
    }

    /// Whether time is stretched between a drawn event and the next one.
    pub(crate) fn is_stretched(&self, place: usize) -> bool {
        self.stretched.get(place).copied().unwrap_or_default()
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

    /// Where a moment is, by time alone: between two events it lies where it should.
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

/// How far each event has to stay from those before it.
struct Limits {
    /// The event before on the same lane, and how far from it.
    lane: Vec<Option<(usize, f64)>>,
    /// Its cause, and how far from it: so that a message can be seen on its way.
    cause: Vec<Option<(usize, f64)>>,
    gap: Option<usize>,
}

impl Limits {
    fn of(run: &Run, choice: &Choice) -> Self {
        let mut latest: Vec<Option<usize>> = vec![None; run.lanes.len()];
        let kind = |place: usize| run.events[choice.events[place]].kind;
        let mut limits = Self {
            lane: Vec::new(),
            cause: Vec::new(),
            gap: choice.gap,
        };
        for (place, &event) in choice.events.iter().enumerate() {
            let event = &run.events[event];
            let before = latest[event.lane].replace(place);
            let room = |before| (before, (radius(kind(before)) + radius(event.kind)).round());
            limits.lane.push(before.map(room));
            let cause = event.cause.and_then(|cause| choice.place(cause));
            limits.cause.push(cause.map(|cause| (cause, 9.0)));
        }
        limits
    }

    /// Each event where time has it, or as far to the right as it has to be.
    fn places(&self, times: &[u64], per_ns: f64) -> Vec<f64> {
        let mut xs: Vec<f64> = Vec::with_capacity(times.len());
        for place in 0..times.len() {
            let to_scale = match place.checked_sub(1) {
                None => MARGIN,
                Some(before) if self.gap == Some(place) => xs[before] + GAP_WIDTH,
                Some(before) => xs[before] + per_ns * difference(times, before),
            };
            let limits = [self.lane[place], self.cause[place]];
            let limits = limits.into_iter().flatten();
            let least = limits.map(|(before, room)| xs[before] + room);
            xs.push(least.fold(to_scale, f64::max));
        }
        xs
    }

    fn steps(&self) -> Vec<f64> {
        let mut x = MARGIN - STEP;
        let step = |place| {
            x += match self.gap == Some(place) {
                true => GAP_WIDTH,
                false => STEP,
            };
            x
        };
        (0..self.lane.len()).map(step).collect()
    }

    /// So many that the last event gets its `usual` place, or that some of it is to scale even when
    /// the events alone are wider. The width grows with it, so it is found by halving.
    fn pixels_per_nanosecond(&self, times: &[u64], usual: f64) -> f64 {
        let width = |per_ns: f64| {
            let last = self.places(times, per_ns).pop();
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

/// How much room a glyph needs to each side.
pub(crate) fn radius(kind: Kind) -> f64 {
    match kind {
        Kind::Say | Kind::Begin | Kind::End | Kind::Wait => 2.5,
        _ => 6.5,
    }
}

/// From an event to the next one, in nanoseconds.
fn difference(times: &[u64], place: usize) -> f64 {
    let next = times.get(place + 1).or(times.get(place)).copied();
    float(next.unwrap_or_default().saturating_sub(times[place]))
}

fn float(nanoseconds: u64) -> f64 {
    nanoseconds as f64
}
