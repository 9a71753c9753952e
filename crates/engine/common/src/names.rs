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
    /// The names that the program has assigned to live things of that sort; then those of the things,
    /// with their numbers.
    given: BTreeMap<String, Numbers>,
    texts: BTreeSet<String>,
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
    /// How many things have one of them.
    live: usize,
}

impl Made {
    /// Whether a thing has this name.
    fn has(&self, text: &str) -> bool {
        let numbered = text.rsplit_once(' ');
        let numbered = numbered.and_then(|(kind, number)| Some((kind, number.parse().ok()?)));
        let is_made = |counts: &BTreeMap<&str, u32>, (kind, number): (&str, u32)| {
            counts.get(kind).is_some_and(|&count| number <= count)
        };
        let shared = numbered.filter(|&(_, number)| number > 1);
        self.texts.contains(text)
            || is_made(&self.counts, shared.unwrap_or((text, 1)))
            || numbered.is_some_and(|own| is_made(&self.own_counts, own))
    }

    /// The first number after the last one whose name no thing has, and that name.
    fn next(&self, last: Option<&u32>, name: impl Fn(u32) -> String) -> (u32, String) {
        let mut number = last.copied().unwrap_or(0);
        loop {
            number += 1;
            let text = name(number);
            if !self.has(&text) {
                return (number, text);
            }
        }
    }
}

/// Returns a name for the next thing of its kind in this process: `pipe`, `pipe 2`, `pipe 3`; in a
/// child process `pipe (1234)`, with its process id. The timeline identifies things by their names.
#[must_use]
pub fn next_name(kind: &'static str) -> String {
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    let (number, name) = made.next(made.counts.get(kind), |number| numbered(kind, number));
    made.counts.insert(kind, number);
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
    let (number, name) = made.next(made.own_counts.get(kind), |number| {
        format!("{kind} {number}")
    });
    made.own_counts.insert(kind, number);
    name
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
        let mut numbers = made.given.remove(name).unwrap_or_default();
        // A number that is passed over belongs to a thing of another sort, and is never free.
        let number = loop {
            let number = numbers.free.pop_first().unwrap_or_else(|| {
                numbers.last += 1;
                numbers.last
            });
            if !made.has(&numbered(name, number)) {
                break number;
            }
        };
        numbers.live += 1;
        made.given.insert(name.to_owned(), numbers);
        made.texts.insert(numbered(name, number));
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
        made.texts.remove(&self.text());
        if let Some(numbers) = made.given.get_mut(&self.name) {
            numbers.free.insert(self.number);
            numbers.live -= 1;
            if numbers.live == 0 {
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

    /// The log knows things by their names, so no two may have one.
    #[test]
    fn no_given_name_is_that_of_another_thing() {
        let first = GivenName::take("name 1");
        assert_eq!(next_own_name("name"), "name 2");
        assert_eq!(GivenName::take("name 2").text(), "name 2 2");
        let texts = ["twin", "twin", "twin 2"].map(GivenName::take);
        assert_eq!(
            texts.each_ref().map(GivenName::text),
            ["twin", "twin 2", "twin 2 2"]
        );
        assert_eq!(next_name("twin"), "twin 3");
        assert_eq!(first.text(), "name 1");
        assert_eq!(GivenName::take("twin 3").text(), "twin 3 2");
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
