//! Names for things without one.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{LazyLock, Mutex, PoisonError};

use crate::ids::pid;

static MADE: LazyLock<Mutex<Made>> = LazyLock::new(Mutex::default);

#[derive(Default)]
struct Made {
    /// How many things of each kind this process has made.
    counts: BTreeMap<&'static str, u32>,
    /// The same count for things of which each process has its own copy.
    own_counts: BTreeMap<&'static str, u32>,
    /// The names that the program has assigned to live things of that sort.
    given: BTreeMap<String, Numbers>,
    /// Whether this process was forked by another process of the run, which has made things, too.
    in_child: bool,
}

/// The numbers that distinguish the things with one name.
#[derive(Default)]
struct Numbers {
    /// The highest number so far.
    last: u32,
    /// The numbers below it whose things have gone.
    free: BTreeSet<u32>,
}

/// Returns a name for the next thing of its kind in this process: `pipe`, `pipe 2`, `pipe 3`; in a
/// child process `pipe (1234)`, with its process id. The timeline identifies things by their names.
#[must_use]
pub fn next_name(kind: &'static str) -> String {
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    let number = made.counts.entry(kind).or_default();
    *number += 1;
    let name = numbered(kind, *number);
    match made.in_child {
        true => format!("{name} ({})", pid()),
        false => name,
    }
}

/// Returns a name for the next thing of its kind of which each process has its own copy, such as a lock
/// between threads: `lock 1`, `lock 2`. A child counts on from its parent, whose things it has too.
#[must_use]
pub(crate) fn next_own_name(kind: &'static str) -> String {
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    let number = made.own_counts.entry(kind).or_default();
    *number += 1;
    format!("{kind} {number}")
}

/// The name that the program has assigned to such a thing, made unique among live things: of five
/// locks called `fork`, one is `fork`, and the others are `fork 2` to `fork 5`. Drop frees it.
#[derive(Debug)]
pub(crate) struct GivenName {
    name: String,
    number: u32,
}

impl GivenName {
    pub(crate) fn take(name: &str) -> Self {
        let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
        let Numbers { last, free } = made.given.entry(name.to_owned()).or_default();
        let number = free.pop_first().unwrap_or_else(|| {
            *last += 1;
            *last
        });
        Self {
            name: name.to_owned(),
            number,
        }
    }

    pub(crate) fn text(&self) -> String {
        numbered(&self.name, self.number)
    }
}

impl Drop for GivenName {
    fn drop(&mut self) {
        let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(Numbers { last, free }) = made.given.get_mut(&self.name) {
            free.insert(self.number);
            if free.len() == *last as usize {
                made.given.remove(&self.name);
            }
        }
    }
}

fn numbered(name: &str, number: u32) -> String {
    match number {
        1 => name.to_owned(),
        number => format!("{name} {number}"),
    }
}

/// The name of such a thing in the log: `lock 1`, and in a child process `lock 1 (1234)`, with its
/// process id.
#[must_use]
pub(crate) fn own_name(name: &str) -> Cow<'_, str> {
    let made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    match made.in_child {
        true => format!("{name} ({})", pid()).into(),
        false => name.into(),
    }
}

/// In a new child: shared things are counted from the start, and named with its process id.
pub(crate) fn begin_child() {
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    made.counts.clear();
    made.in_child = true;
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    #[test]
    fn a_name_takes_the_lowest_free_number() {
        let mut names: Vec<_> = (0..4).map(|_| GivenName::take("fork")).collect();
        assert_eq!(names[3].text(), "fork 4");
        drop(names.drain(..2));
        for text in ["fork", "fork 2", "fork 5"] {
            names.push(GivenName::take("fork"));
            assert_eq!(names.last().unwrap().text(), text);
        }
        drop(names);
        assert_eq!(GivenName::take("fork").text(), "fork");
    }

    /// It takes milliseconds, and would take a minute if each name walked over all others.
    #[test]
    fn twenty_thousand_things_of_one_name_are_named_at_once() {
        let begun = Instant::now();
        let names: Vec<_> = (0..20_000).map(|_| GivenName::take("seat")).collect();
        assert_eq!(names.last().unwrap().text(), "seat 20000");
        assert!(begun.elapsed() < Duration::from_secs(5));
    }
}
