//! What was ended by force, while it could still have received.

use common::Kind;
use common::log::what;

use super::finding::{Finding, Verdict};
use crate::run::leaving::{Leaving, leavings};
use crate::run::{Class, Run};

/// Right or wrong is for the exercise to say: messages that had arrived may have been lost, and the
/// next run may lose them if this one did not.
pub(super) fn check(run: &Run, findings: &mut Vec<Finding>) {
    for (lane, leaving) in run.lanes.iter().zip(leavings(run)) {
        // Who has gone without a word may have ended by itself.
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

/// The pipe or queue that a lane of these events would have gone on receiving from: it has neither
/// closed its end nor seen the end of the messages.
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
