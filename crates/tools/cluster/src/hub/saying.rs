//! What the scheduler says to people of its tasks.

use scheduler::machine::{End, Record};

use crate::printing::say;

/// How much of a reason is in the log.
const BRIEF_BYTES: usize = 1000;

/// A reason as one line, and where the rest of it is.
fn brief(why: &str) -> String {
    let line = why.lines().next().unwrap_or_default();
    let shown = &line[..line.floor_char_boundary(BRIEF_BYTES)];
    let all = why.len();
    match shown.len() == all {
        true => common::clean(shown),
        false => format!(
            "{}... ({all} bytes in all, `cluster status` shows them)",
            common::clean(shown)
        ),
    }
}

/// A task that has died is for people to see.
pub(super) fn say_death(record: &Record) {
    if let Record::Ended {
        id,
        end: End::Dead(why),
    } = record
    {
        say!("Task {id} is dead: {}", brief(why));
    }
}

/// Says, once, that results take all the room.
pub(super) fn say_when_full(is_full: bool, was_full: &mut bool) {
    if is_full && !*was_full {
        say!(
            "Results take all of --memory, and no task is lent: `forget` those of a batch, or start \
             again with more"
        );
    }
    *was_full = is_full;
}
