//! Prints a run in lanes: a column for each thread, and time goes down.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Write as _;

use crate::log::{Act, Step};

/// The width of all columns together.
const WIDTH: usize = 78;
const NUMBER: usize = 4;
/// The least width of a column: the two blanks before it, and a mark.
const LEAST: usize = 4;
/// How many threads have room in the picture.
const MOST: usize = (WIDTH - NUMBER) / LEAST;

/// The steps as lines of at most 78 characters. The mark left of a thread's words shows its state:
/// `│` it could go on, `█` it has a lock, `░` it waits. Of more threads than have room, the last ones
/// are left out, with their steps, and a last line counts them.
#[must_use]
pub fn lanes(steps: &[Step]) -> Vec<String> {
    let mut threads: BTreeSet<_> = steps.iter().map(|step| step.thread).collect();
    let left_out = threads.len().saturating_sub(MOST);
    while threads.len() > MOST {
        threads.pop_last();
    }
    let width = (WIDTH - NUMBER) / threads.len().max(1);
    let mut marks = HashMap::new();
    let mut line = cells("", &threads, width, |&thread| name(thread));
    let mut lines = vec![line];
    for (number, step) in steps.iter().enumerate() {
        if !threads.contains(&step.thread) {
            continue;
        }
        let lane: &mut Lane = marks.entry(step.thread).or_default();
        lane.take(&step.act);
        let mark = lane.mark(&step.act);
        line = cells(&(number + 1).to_string(), &threads, width, |thread| {
            if *thread == step.thread {
                return format!("{mark} {}", words(&step.act));
            }
            marks.get(thread).map_or("", Lane::rest).to_owned()
        });
        lines.push(line);
        if steps[number + 1..].iter().all(|s| s.thread != step.thread) {
            marks.entry(step.thread).or_default().ended = true;
        }
    }
    if left_out > 0 {
        lines.push(format!("{:NUMBER$}  and {left_out} more threads", ""));
    }
    lines
}

/// For each thread without further steps that waits, what it waits for: `Thread_1 waits for B`.
#[must_use]
pub fn waits(steps: &[Step]) -> Vec<String> {
    let last: HashMap<_, _> = steps.iter().map(|s| (s.thread, &s.act)).collect();
    let mut waits: Vec<_> = last
        .into_iter()
        .filter_map(|(thread, act)| match act {
            Act::Waits(on) => Some(format!("{} waits for {on}", name(thread))),
            _ => None,
        })
        .collect();
    waits.sort();
    waits
}

/// The state of a thread between its steps.
#[derive(Default)]
struct Lane {
    locks: usize,
    waits: bool,
    ended: bool,
}

impl Lane {
    fn take(&mut self, act: &Act) {
        self.waits = matches!(act, Act::Waits(_));
        match act {
            Act::Takes(_) => self.locks += 1,
            Act::Gives(_) => self.locks = self.locks.saturating_sub(1),
            Act::Waits(_) | Act::Says(_) => {}
        }
    }

    /// The mark of a step: in the step that releases a lock, the lock is still held.
    fn mark(&self, act: &Act) -> &'static str {
        match act {
            Act::Gives(_) => "█",
            _ => self.rest(),
        }
    }

    fn rest(&self) -> &'static str {
        match self {
            Self { waits: true, .. } => "░",
            Self { ended: true, .. } => "",
            Self { locks: 1.., .. } => "█",
            _ => "│",
        }
    }
}

/// The name of a thread of a story.
pub(crate) fn name(thread: usize) -> String {
    match thread {
        0 => "main".to_owned(),
        number => format!("Thread_{number}"),
    }
}

fn words(act: &Act) -> String {
    match act {
        Act::Waits(on) => format!("waits for {on}"),
        Act::Takes(on) => format!("takes {on}"),
        Act::Gives(on) => format!("gives {on} back"),
        Act::Says(text) => text.clone(),
    }
}

/// A number, then a cell for each thread, cut to its width.
fn cells(
    number: &str,
    threads: &BTreeSet<usize>,
    width: usize,
    cell: impl Fn(&usize) -> String,
) -> String {
    let mut line = format!("{number:>NUMBER$}");
    for thread in threads {
        let text: String = cell(thread).chars().take(width - 2).collect();
        // Writing to a string cannot fail.
        let _fits = write!(line, "  {text:<0$}", width - 2);
    }
    line.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_that_have_no_room_are_counted() {
        let says = |thread| Step {
            thread,
            act: Act::Says("here".to_owned()),
        };
        for (threads, left_out) in [(MOST, 0), (MOST + 1, 1), (100, 100 - MOST)] {
            let steps: Vec<_> = (0..threads).map(says).collect();
            let lines = lanes(&steps);
            assert!(lines.iter().all(|line| line.chars().count() <= WIDTH));
            assert_eq!(lines.len(), 1 + MOST + usize::from(left_out > 0));
            let last = format!("and {left_out} more threads");
            assert_eq!(lines.last().unwrap().ends_with(&last), left_out > 0);
        }
    }
}
