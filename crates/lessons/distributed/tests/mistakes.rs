//! What each mistake program shows. Mending one turns its test here red, and no other test: a plain
//! `cargo test` leaves this file out (`cargo test -p distributed --test mistakes` runs it).

use std::collections::BTreeSet;

use lesson_test::{Ran, run};

const TASK_LOST: &str = env!("CARGO_BIN_EXE_task-lost-with-worker");
const DONE_TWICE: &str = env!("CARGO_BIN_EXE_task-done-twice");

/// The lines that begin with `start`, in their order.
fn lines<'a>(ran: &'a Ran, start: &str) -> Vec<&'a str> {
    let lines = ran.out.lines();
    lines.filter(|line| line.starts_with(start)).collect()
}

/// The process id in a line such as `Worker (17) is Running...`.
fn pid(line: &str) -> &str {
    let (_, rest) = line.split_once('(').expect("a pid in brackets");
    rest.split_once(')').expect("a pid in brackets").0
}

#[test]
fn b46_a_plain_queue_loses_the_task_of_the_dead_worker() {
    let ran = run(TASK_LOST, &["--pace", "0"]).expect_success();
    let last = "3 tasks, 2 results, 0 left: 1 lost.";
    assert_eq!(ran.lines().last(), Some(&last), "{ran:#?}");
    assert_eq!(lines(&ran, "Worker (").len(), 4);
}

#[test]
fn b46_a_lease_by_the_clock_alone_counts_a_result_twice() {
    let ran = run(DONE_TWICE, &["--pace", "0"]).expect_success();
    let last = "1 task, 2 results: the sum is 98, not 49.";
    assert_eq!(ran.lines().last(), Some(&last), "{ran:#?}");
    let workers = lines(&ran, "Worker (");
    let pids: BTreeSet<&str> = workers.iter().map(|line| pid(line)).collect();
    assert_eq!(pids.len(), 2, "{ran:#?}");
}
