//! What happened before what, small enough to be sent along: the clocks of the drawn events.
//!
//! They are computed over all events, so they are right for those that are drawn even if most are
//! left out.

use crate::page::picture::choice::Choice;
use crate::run::Run;

/// For each drawn event, what its clock has that the one before on its lane has not: pairs of a
/// lane and a time, which is 1 more than the place of the latest drawn event there.
pub(crate) fn steps(run: &Run, choice: &Choice) -> Vec<Vec<[u32; 2]>> {
    let mut told: Vec<Vec<u32>> = vec![Vec::new(); run.lanes.len()];
    let mut steps = Vec::with_capacity(choice.events.len());
    let time = |event| choice.place(event).map(|place| number(place) + 1);
    run.clocks(time, |event, clock| {
        if choice.place(event).is_some() {
            let told = &mut told[run.events[event].lane];
            steps.push(difference(told, clock));
            *told = clock.to_vec();
        }
    });
    steps
}

fn difference(before: &[u32], after: &[u32]) -> Vec<[u32; 2]> {
    let before = before.iter().chain(std::iter::repeat(&0));
    let both = before.zip(after).enumerate();
    let changed = both.filter(|(_, (before, after))| before != after);
    changed
        .map(|(lane, (_, &after))| [number(lane), after])
        .collect()
}

fn number(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}
