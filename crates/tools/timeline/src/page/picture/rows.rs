//! The order from top to bottom: the lanes, and between them each thing, near the lanes that use it.

use common::Kind;

use super::band::Band;
use super::choice::Choice;
use crate::run::Run;

pub(crate) const LANE_HEIGHT: f64 = 50.0;
/// The space above the first row, for the axis.
const TOP: f64 = 40.0;

/// What a row shows, as an index of the run's lanes or things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Row {
    Lane(usize),
    Thing(usize),
}

/// Returns all rows in order. A thing is placed where the paths to its users are shortest.
pub(crate) fn order(run: &Run, choice: &Choice) -> Vec<Row> {
    let mut below: Vec<Vec<usize>> = vec![Vec::new(); choice.lanes.len()];
    for &thing in &choice.things {
        if let Some(things) = below.get_mut(gap(run, choice, thing)) {
            things.push(thing);
        }
    }
    let rows = choice.lanes.iter().zip(below);
    let rows = rows.map(|(&lane, things)| {
        let things = things.into_iter().map(Row::Thing);
        std::iter::once(Row::Lane(lane)).chain(things)
    });
    rows.flatten().collect()
}

/// The lane below which the paths to a thing are shortest. If several are equal, the last one: a
/// thing that two distant lanes share is placed next to the second one.
fn gap(run: &Run, choice: &Choice, thing: usize) -> usize {
    let mut uses = vec![0_usize; choice.lanes.len()];
    for event in run.things[thing]
        .events
        .iter()
        .map(|&event| &run.events[event])
    {
        // Only these events have a wire.
        let has_wire = matches!(
            event.kind,
            Kind::Send | Kind::Recv | Kind::Acquire | Kind::Set
        );
        if let Some(count) = uses.get_mut(event.lane) {
            *count += if has_wire { 1000 } else { 1 };
        }
    }
    // In half rows, because a thing is between its lane and the next one.
    let way = |gap: usize| -> usize {
        let lanes = uses.iter().enumerate();
        lanes
            .map(|(lane, count)| count * (2 * lane).abs_diff(2 * gap + 1))
            .sum()
    };
    let last = uses.iter().rposition(|&count| count > 0).unwrap_or(0);
    let first = uses.iter().position(|&count| count > 0).unwrap_or(0);
    let gaps = (first..last.max(first + 1)).rev();
    gaps.min_by_key(|&gap| way(gap)).unwrap_or(first)
}

/// A row and its position.
pub(crate) struct Placed {
    pub(crate) row: Row,
    pub(crate) top: f64,
    pub(crate) height: f64,
}

/// The vertical positions of all rows.
pub(crate) struct Rows {
    pub(crate) placed: Vec<Placed>,
    pub(crate) height: f64,
}

impl Rows {
    pub(crate) fn new(order: &[Row], bands: &[Band]) -> Self {
        let mut top = TOP;
        let mut placed = Vec::with_capacity(order.len());
        for &row in order {
            let height = match row {
                Row::Lane(_) => LANE_HEIGHT,
                Row::Thing(thing) => bands
                    .iter()
                    .find(|band| band.thing == thing)
                    .map_or(0.0, Band::height),
            };
            placed.push(Placed { row, top, height });
            top += height;
        }
        Self {
            placed,
            height: top + 6.0,
        }
    }

    /// The vertical middle of a lane; `None` when it is not drawn.
    pub(crate) fn lane(&self, lane: usize) -> Option<f64> {
        let its = |placed: &&Placed| placed.row == Row::Lane(lane);
        let found = self.placed.iter().find(its);
        found.map(|placed| placed.top + placed.height / 2.0)
    }
}
