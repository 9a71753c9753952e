//! Cuts a run to its beginning, for tools that cannot handle a long one.

use std::borrow::Cow;

use crate::run::{End, Run};

/// Returns the first `most` events of the run. The causes of these events are among them.
pub(crate) fn head(run: &Run, most: usize) -> Cow<'_, Run> {
    if run.events.len() <= most {
        return Cow::Borrowed(run);
    }
    let mut head = Run {
        program: run.program.clone(),
        begun: run.begun,
        found: run.found.clone(),
        events: run.events[..most].to_vec(),
        lanes: run.lanes.clone(),
        things: run.things.clone(),
        damage: run.damage.clone(),
        stuck: run.stuck.clone(),
        is_idle: run.is_idle,
        unwaited: run.unwaited.clone(),
    };
    let cut = |events: &mut Vec<usize>| {
        let end = events.partition_point(|&event| event < most);
        events.truncate(end);
    };
    for lane in &mut head.lanes {
        cut(&mut lane.events);
        if let End::Exit(event) | End::Killed(event) = lane.end
            && event >= most
        {
            lane.end = End::Unknown;
        }
    }
    for thing in &mut head.things {
        cut(&mut thing.events);
    }
    Cow::Owned(head)
}
