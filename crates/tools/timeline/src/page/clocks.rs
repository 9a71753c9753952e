//! The clocks of the drawn events: what happened before what, in little space.
//!
//! They are computed from all events of the log, so they are correct for the drawn events even if
//! most others are left out or folded.

use crate::fold::Shown;
use crate::page::picture::choice::Choice;

/// For each drawn event, the entries by which its clock differs from that of the event before on
/// its lane: a lane, and a time, which is 1 more than the index of the latest drawn event there.
pub(crate) fn steps(shown: &Shown<'_>, choice: &Choice) -> Vec<Vec<[u32; 2]>> {
    let mut last: Vec<Vec<u32>> = vec![Vec::new(); shown.run.lanes.len()];
    let mut steps = Vec::with_capacity(choice.events.len());
    let index = |event| shown.event(event).and_then(|event| choice.index_of(event));
    let time = |event| index(event).map(|index| number(index) + 1);
    shown.whole.clocks(time, |event, whole| {
        if let (Some(_), Some(lane)) = (index(event), shown.lane(shown.whole.events[event].lane)) {
            let clock = of_shown_lanes(shown, whole);
            steps.push(difference(&last[lane], &clock));
            last[lane] = clock;
        }
    });
    steps
}

fn of_shown_lanes(shown: &Shown<'_>, whole: &[u32]) -> Vec<u32> {
    let lanes = whole.iter().enumerate();
    let shown = lanes.filter(|(lane, _)| shown.lane(*lane).is_some());
    shown.map(|(_, &time)| time).collect()
}

fn difference(before: &[u32], after: &[u32]) -> Vec<[u32; 2]> {
    let before = before.iter().chain(std::iter::repeat(&0));
    let both = before.zip(after).enumerate();
    let changed = both.filter(|(_, (before, after))| before != after);
    changed
        .map(|(lane, (_, &after))| [number(lane), after])
        .collect()
}

fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}
