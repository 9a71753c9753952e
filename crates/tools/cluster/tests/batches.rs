//! Tests batches that are not complete yet, are handed in again, or have a task for which there is no room.

mod harness;

use std::fs;

use harness::tap::Tap;
use harness::{Cluster, ends_well};
use lesson_test::{run_within, until};

/// More than `--memory 1` has room for: the last tasks wait for the results of the first.
const TASKS: usize = 5000;

#[test]
fn to_wait_for_a_batch_ends_with_its_last_task_also_if_that_is_not_handed_in_yet() {
    let cluster = Cluster::start_with(&["--memory", "1"]);
    let submit = ["submit", "--give-up", "60", "--batch", "7", "square"];
    let mut submitting = cluster.background(&[&submit[..], &["3"; TASKS]].concat());
    until("it is full", || cluster.count("ready") > 3900);
    let mut waiting = cluster.background(&["results", "7"]);
    until("it waits", || cluster.count("clients") == 3);
    let _worker = cluster.worker(&[]);
    ends_well(&mut submitting);
    ends_well(&mut waiting);
    let log = waiting.log();
    let results = log.lines().filter(|&line| line == "9").count();
    assert_eq!(results, TASKS, "{log}");
}

#[test]
fn the_arguments_of_a_batch_cross_the_line_once() {
    let cluster = Cluster::start();
    let tap = Tap::before(&cluster.address);
    let (key, path) = (cluster.folder.text("key"), cluster.folder.text("file"));
    let bytes = 600_000;
    fs::write(&path, vec![7; bytes]).unwrap();
    for _ in 0..2 {
        let before = tap.kept.lock().unwrap().len();
        let mut command = std::process::Command::new(harness::program());
        command.args(["submit", "--detach", "--key", &key, "--at", &tap.address]);
        command.args(["--batch", "7", "file", &path]);
        let ran = run_within(harness::LIMIT, &mut command).expect_success();
        assert!(ran.out.contains("1 tasks accepted"), "{ran:?}");
        let passed = tap.kept.lock().unwrap().len() - before;
        assert!((bytes..2 * bytes).contains(&passed), "{passed}");
    }
}

#[test]
fn a_task_for_which_there_will_never_be_room_is_refused_at_once() {
    let cluster = Cluster::start_with(&["--memory", "1"]);
    let path = cluster.folder.text("file");
    fs::write(&path, vec![7; 1 << 20]).unwrap();
    let submit = ["submit", "--detach", "--give-up", "3", "file", &path];
    let ran = cluster.run(&submit).expect_complaint(1);
    assert!(ran.err.contains("--memory"), "{ran:?}");
    assert!(ran.err.contains("there will never be room"), "{ran:?}");
}
