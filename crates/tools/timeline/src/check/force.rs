//! Reports lanes that were ended by force while they could still have received.

use common::Kind;
use common::log::what;

use super::finding::{Finding, Verdict};
use crate::run::leaving::{Leaving, leavings};
use crate::run::{Class, Run};

/// Whether this is right is for the exercise to decide. Messages that had arrived may have been
/// lost; if this run lost none, the next one may.
pub(super) fn check(run: &Run, findings: &mut Vec<Finding>) {
    for (lane, leaving) in run.lanes.iter().zip(leavings(run)) {
        // A lane that ends without recording it may have ended by itself.
        if !matches!(leaving, Leaving::Killed(by) if run.events[by].kind == Kind::Kill) {
            continue;
        }
        let Some(thing) = receives_from(run, &lane.events) else {
            continue;
        };
        let sentence = format!(
            "{} was ended by force while it could still receive from {}.",
            lane.name, run.things[thing].name
        );
        let last = lane.events.last().copied().into_iter().collect();
        findings.push(Finding::new(Verdict::Doubtful, sentence, last));
    }
}

/// The pipe or queue from which a lane with these events would have received more: the lane has
/// neither closed its end nor seen the end of the stream.
fn receives_from(run: &Run, events: &[usize]) -> Option<usize> {
    let mut open = Vec::new();
    for &event in events {
        let event = &run.events[event];
        let Some(on) = event
            .on
            .filter(|&on| run.things[on].class == Class::Channel)
        else {
            continue;
        };
        match event.kind {
            Kind::Recv => open.push(on),
            kind if kind.is_wait() && !event.waits_for_room() => open.push(on),
            Kind::Close if &*event.what == what::SENDING_END => {}
            Kind::Close | Kind::Eof => open.retain(|&other| other != on),
            _ => {}
        }
    }
    open.pop()
}
