//! Chooses the lines of the picture: one for each event that matters. A printed line is shown with
//! the event to which it belongs.

use common::Kind;

use crate::run::Run;
use crate::run::spans::State;

/// A line of the picture.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line {
    /// The event.
    pub(super) event: usize,
    /// The line that the same lane printed immediately before or after.
    pub(super) printed: Option<usize>,
}

/// All lines, in the order of time. `shown` are the lanes in the picture.
pub(super) fn lines(run: &Run, states: &[State], shown: &[bool]) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let is_shown =
        |index: &usize| shown[run.events[*index].lane] && needs_a_line(run, states, *index);
    for index in (0..run.events.len()).filter(is_shown) {
        let kind = run.events[index].kind;
        let before = lines.last_mut();
        let before = before.filter(|line| run.events[line.event].lane == run.events[index].lane);
        if let Some(line) = before
            && line.printed.is_none()
        {
            let kind_before = run.events[line.event].kind;
            if kind == Kind::Say && prints_after(kind_before) {
                line.printed = Some(index);
                continue;
            }
            if kind_before == Kind::Say && prints_before(kind) {
                line.printed = Some(line.event);
                line.event = index;
                continue;
            }
        }
        lines.push(Line {
            event: index,
            printed: None,
        });
    }
    lines
}

/// Returns whether a program usually prints a line immediately after such an event.
fn prints_after(kind: Kind) -> bool {
    use Kind::{Acquire, Begin, Eof, Join, Recv, Set};
    matches!(kind, Acquire | Begin | Eof | Join | Recv | Set)
}

/// Returns whether a program usually prints a line immediately before such an event.
fn prints_before(kind: Kind) -> bool {
    use Kind::{End, Exit, Fork, Kill, Release, Send};
    matches!(kind, End | Exit | Fork | Kill | Release | Send)
}

/// Pauses and waits are visible in the lines below, and the beginning of a lane in its fork.
fn needs_a_line(run: &Run, states: &[State], index: usize) -> bool {
    let event = &run.events[index];
    let is_pause = event.on.is_some_and(|on| run.is_pause(on));
    match event.kind {
        Kind::Run | Kind::Resume => false,
        Kind::Start => event.cause.is_none(),
        Kind::Begin | Kind::End => !is_pause,
        Kind::Wait | Kind::WaitLimit => states[index] == State::Waits && is_long(run, index),
        _ => true,
    }
}

/// Returns whether anything happens on other lanes before the wait ends.
fn is_long(run: &Run, wait: usize) -> bool {
    let next = run.events.get(wait + 1);
    next.is_none_or(|next| next.lane != run.events[wait].lane)
}
