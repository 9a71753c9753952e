//! The example with its own kinds of tasks, which `cargo test -p cluster` builds.

mod harness;

use std::env;
use std::path::PathBuf;
use std::process::Command;

use harness::{LIMIT, Running};
use lesson_test::{Folder, run_within};

fn example(words: &[&str]) -> Command {
    let mut path: PathBuf = env::current_exe().expect("a test has a file");
    path.pop();
    path.pop();
    let mut command = Command::new(path.join("examples/own-kinds"));
    command.args(words);
    command
}

#[test]
fn the_example_with_kinds_of_its_own_runs_and_is_twenty_lines() {
    let help = run_within(LIMIT, &mut example(&["--help"])).expect_success();
    assert!(
        help.out.contains("  cube NUMBER...: the cube of each"),
        "{help:?}"
    );
    let folder = Folder::new();
    let words = ["scheduler", "--volatile", "--at", "127.0.0.1:0"];
    let mut scheduler = Running::start(&mut example(&words), &folder.path("scheduler"));
    let line = scheduler.wait_for("listens on");
    let (_, address) = line.split_once("listens on ").expect("an address");
    let log = folder.path("worker");
    let mut worker = Running::start(&mut example(&["worker", "--at", address]), &log);
    worker.wait_for("is connected");
    for (kind, word, result) in [("cube", "-3", "-27"), ("reverse", "abc", "cba")] {
        let words = ["submit", "--at", address, "--", kind, word];
        let ran = run_within(LIMIT, &mut example(&words)).expect_success();
        assert_eq!(ran.lines()[1..], [result]);
    }
    let source = include_str!("../examples/own-kinds.rs");
    let (_, program) = source.split_once("fn main").expect("it has a main");
    assert!(program.lines().count() <= 20, "{program}");
}
