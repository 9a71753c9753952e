//! What a broker alone can lose, poison, or blame on the wrong task.

use std::fs;

use lesson_test::until;
use nix::sys::signal::Signal;

use crate::harness::{Cluster, batch};

#[test]
fn the_one_batch_that_a_broker_cannot_have_is_refused_and_status_goes_on() {
    let cluster = Cluster::start();
    let number = u64::MAX.to_string();
    let words = ["submit", "--batch", &number, "square", "1", "2"];
    let ran = cluster.run(&words).expect_complaint(1);
    let why = format!("any batch except {number}");
    assert!(ran.err.contains(&why), "{ran:?}");
    let _worker = cluster.worker(&[]);
    assert_eq!(cluster.results(&cluster.submit(&["square", "3"])), ["9"]);
    assert_eq!((cluster.count("leased"), cluster.count("ended")), (0, 1));
    let ran = cluster.run(&["results", &number]).expect_complaint(1);
    assert!(ran.err.contains("there is no batch"), "{ran:?}");
}

/// A retry does two things, and a full queue stops it at the same place as a kill between them.
#[test]
fn a_dead_task_that_the_queue_does_not_take_again_stays_dead_and_can_be_tried_later() {
    let cluster = Cluster::start_with(&["--memory", "1"]);
    let mut worker = cluster.worker(&[]);
    // It cannot write there, until the folder is made.
    let gate = cluster.folder.path("missing/gate");
    let path = gate.display().to_string();
    let ran = cluster.run(&["submit", "note", &path]).expect_code(1);
    let dead = batch(&ran.out);
    worker.signal(Signal::SIGTERM);
    assert!(worker.end().success());
    let fill = ["submit", "--detach", "--give-up", "1", "square"];
    let words = [&fill[..], &["1"; 6000]].concat();
    let _full = cluster.run(&words).expect_complaint(1);
    let ran = cluster.run(&["retry", "--all"]).expect_complaint(1);
    assert!(ran.err.contains("the queue is full"), "{ran:?}");
    assert_eq!(cluster.count("dead"), 1, "it is in no queue");
    fs::create_dir(gate.parent().unwrap()).unwrap();
    let _worker = cluster.worker(&[]);
    until("there is room", || cluster.count("ready") == 0);
    let ran = cluster.run(&["retry", "--all"]).expect_success();
    assert!(ran.out.contains("1 dead tasks"), "{ran:?}");
    assert_eq!(cluster.results(&dead), [&*path]);
    assert_eq!(fs::read_to_string(&gate).unwrap(), "once\n");
}
