//! What can be seen twice when a worker dies, or is taken for dead.

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::time::Duration;

use check::{Order, Ran, main as judge, prediction, program};

fn main() -> ExitCode {
    judge("distributed/twice", &prediction!("twice", order, runs))
}

/// The question is whether a line comes a second time before the end.
fn order() -> Order {
    const BY_ID: &str = "results are recorded by task, and only the first result of a task";
    Order::new(&[
        ('a', "a second begin", "the end"),
        ('b', "a second result", "the end"),
        ('c', "a second death", "the end"),
        ('d', "a second done", "the end"),
        ('e', "a second begin of 7", "the end"),
        ('f', "a second lease of 7", "the end"),
        ('g', "a second result of 7", "the end"),
        ('h', "a third result of 7", "the end"),
    ])
    .because("the end", "a second result", BY_ID)
    .because("the end", "a second death", "a process is joined only once")
    .because(
        "the end",
        "a second done",
        "the first process prints it once, when all results are there",
    )
    .because(
        "the end",
        "a third result of 7",
        "there are two workers, and each answers once",
    )
}

/// The key follows from reasons; this check compares it with disturbed runs.
fn runs() {
    for seed in 1..=6 {
        let names = |line: &str| match line {
            "All tasks done." => Some("done".to_owned()),
            line if line.starts_with("process Victim") => Some("death".to_owned()),
            line if line.contains(" * ") => Some(format!("begin {}", task(line)?)),
            line if line.starts_with("Result of task ") => Some(format!("result {}", task(line)?)),
            _ => None,
        };
        // Longer than its own limits.
        let limit = Duration::from_secs(60);
        look(
            &program!("worker-dies").chaos(seed).within(limit).run(),
            names,
        );
        let names = |line: &str| match line {
            line if line.contains(" * ") => Some("begin of 7".to_owned()),
            line if line.contains("the lease of task 7") => Some("lease of 7".to_owned()),
            line if line.starts_with("Result of task 7") => Some("result of 7".to_owned()),
            _ => None,
        };
        look(&program!("task-done-twice").chaos(seed).run(), names);
    }
}

/// Compares a run with the key. `name` returns the name of a line, or `None` if the line does not matter.
fn look(ran: &Ran, name: impl Fn(&str) -> Option<String>) {
    if ran.code != Some(0) {
        // On an extremely busy machine, a program of the lesson may exceed its time limit. This does not
        // depend on the answer.
        return;
    }
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    let mut seen = Vec::new();
    for name in ran.lines().into_iter().filter_map(name) {
        let times = times.entry(name.clone()).or_default();
        *times += 1;
        // It does not matter which of the ten tasks it is.
        let kind = name.trim_end_matches(|char: char| char.is_ascii_digit());
        let kind = if name.ends_with("of 7") {
            &name
        } else {
            kind.trim_end()
        };
        match *times {
            2 => seen.push(format!("a second {kind}")),
            3 => seen.push(format!("a third {kind}")),
            _ => {}
        }
    }
    seen.push("the end".to_owned());
    order().expect_uncontradicted(ran, &seen);
}

/// The number after `task` in a line.
fn task(line: &str) -> Option<&str> {
    let (_, rest) = line.split_once("task ")?;
    rest.split(':').next()
}
