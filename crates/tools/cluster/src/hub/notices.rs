//! What the scheduler prints about its tasks.

use scheduler::machine::{End, Record};

use crate::printing::say;

/// How many bytes of a reason are printed.
const BRIEF_BYTES: usize = 1000;

/// The first line of a reason, shortened, with a hint where to find the rest.
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

/// Prints the reason if this record is a task's death.
pub(super) fn print_death(record: &Record) {
    if let Record::Ended {
        id,
        end: End::Dead(why),
    } = record
    {
        say!("Task {id} is dead: {}", brief(why));
    }
}

/// Prints that results take all the room, once each time that happens.
pub(super) fn print_when_full(is_full: bool, was_full: &mut bool) {
    if is_full && !*was_full {
        say!(
            "Results take all of --memory, and no task is lent: `forget` those of a batch, or start \
             again with more"
        );
    }
    *was_full = is_full;
}
