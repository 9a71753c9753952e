//! Which lines of 1.1 and 1.2 can come before which.

use std::process::ExitCode;

use check::{Order, main as judge, prediction, program};

fn main() -> ExitCode {
    judge("multiprocess/order", &prediction!("order", order, runs))
}

fn order() -> Order {
    const PARENT: &str = "a process takes its steps one after another";
    const FORK: &str = "a child exists only after its parent has made it";
    const JOIN: &str = "the parent prints this only after all children have ended";
    Order::new(&[
        ('a', "child 1", "child 0"),
        ('b', "child 0", "start 1"),
        ('c', "child 0", "start 2"),
        ('d', "child 1", "start 2"),
        ('e', "start 5", "child 0"),
        ('f', "child 3", "start 5"),
        ('g', "end", "child 4"),
        ('h', "child 4", "child 0"),
        ('i', "the child's line", "the parent's line"),
        ('j', "the child's line", "the first line"),
    ])
    .because("start 1", "fork 0", PARENT)
    .because("fork 0", "start 2", PARENT)
    .because("start 2", "fork 1", PARENT)
    .because("fork 1", "start 3", PARENT)
    .because("start 3", "fork 2", PARENT)
    .because("fork 2", "start 4", PARENT)
    .because("start 4", "fork 3", PARENT)
    .because("fork 3", "start 5", PARENT)
    .because("start 5", "fork 4", PARENT)
    .because("fork 0", "child 0", FORK)
    .because("fork 1", "child 1", FORK)
    .because("fork 2", "child 2", FORK)
    .because("fork 3", "child 3", FORK)
    .because("fork 4", "child 4", FORK)
    .because("child 0", "end", JOIN)
    .because("child 1", "end", JOIN)
    .because("child 2", "end", JOIN)
    .because("child 3", "end", JOIN)
    .because("child 4", "end", JOIN)
    .because("the first line", "the fork", PARENT)
    .because("the fork", "the child's line", FORK)
    .because("the fork", "the parent's line", PARENT)
}

/// The key follows from reasons; this check compares it with disturbed runs.
fn runs() {
    for seed in 1..=8 {
        let ran = program!("multiprocess").chaos(seed).run();
        ran.expect_code(0);
        let mut starts = 0;
        let named = |line: &&str| {
            if *line == "Process will start" {
                starts += 1;
                return format!("start {starts}");
            }
            match line.strip_prefix("Child process ") {
                Some(rest) => format!("child {}", rest.split(' ').next().unwrap_or_default()),
                None if *line == "Process end." => "end".to_owned(),
                None => (*line).to_owned(),
            }
        };
        let seen: Vec<String> = ran.lines().iter().map(named).collect();
        order().expect_uncontradicted(&ran, &seen);

        let ran = program!("fork").chaos(seed).run();
        ran.expect_code(0);
        let named = |line: &&str| {
            let its = match line {
                line if line.starts_with("current Process") => "the first line",
                line if line.starts_with("I am child") => "the child's line",
                _ => "the parent's line",
            };
            its.to_owned()
        };
        let seen: Vec<String> = ran.lines().iter().map(named).collect();
        order().expect_uncontradicted(&ran, &seen);
    }
}
