//! Tests tasks that the queue does not take, or not for long: of a client that gives up or is killed, of
//! two clients with one batch, and with a full queue.

use std::fs;
use std::thread;
use std::time::Duration;

use lesson_test::{Seeded, until};
use nix::sys::signal::Signal;

use super::queue::messages;
use super::{A_WHILE, gated};
use crate::harness::{Cluster, ends_well};

/// How many tasks are open.
fn open(cluster: &Cluster) -> u64 {
    let counts = ["ready", "leased", "delayed"].map(|it| cluster.count(it));
    counts.into_iter().sum()
}

#[test]
fn tasks_for_which_there_was_no_room_are_in_no_batch_and_in_few_entries() {
    let cluster = Cluster::start_with(&["--memory", "1"]);
    // The limit is long, so that a busy machine is not mistaken for a full queue.
    let fill = ["submit", "--give-up", "20", "--batch", "7", "square"];
    let ran = cluster.run(&[&fill[..], &["1"; 5000]].concat());
    let full = ran.expect_complaint(1);
    let (accepted, _) = full.err.split_once(" of 5000 tasks are accepted").unwrap();
    let accepted: u64 = accepted.rsplit(' ').next().unwrap().parse().unwrap();
    assert!((3900..4900).contains(&accepted), "{full:?}");
    // Each client writes a mark into the log. This one also writes its tasks, and which the queue took.
    let entries = messages(&cluster, "log");
    assert!(entries < 20, "{entries} entries");
    assert_eq!(cluster.count("leased"), 0);
    assert_eq!(cluster.count("ready"), accepted);
    let _worker = cluster.worker(&[]);
    assert_eq!(cluster.results("7").len() as u64, accepted);
    assert_eq!(open(&cluster), 0);
    let _gone = cluster.run(&["forget", "7"]).expect_success();
}

/// SIGKILL of clients at random moments, while they hand tasks in.
#[test]
fn tasks_of_a_client_that_was_killed_are_done_or_in_no_batch() {
    let cluster = Cluster::start();
    let mut seeded = Seeded::new(6);
    let fill = ["submit", "--detach", "square"];
    for _ in 0..8 {
        let mut client = cluster.background(&[&fill[..], &["1"; 1000]].concat());
        thread::sleep(Duration::from_micros(seeded.below(400_000)));
        client.kill();
    }
    let _worker = cluster.worker(&[]);
    until("all is done", || open(&cluster) == 0);
    let _batch = cluster.run(&["submit", "square", "3"]).expect_success();
}

#[test]
fn a_batch_of_two_clients_with_other_arguments_is_that_of_the_first() {
    let cluster = Cluster::start();
    let _worker = cluster.worker(&[]);
    let submit = |batch: &'static str, word| ["submit", "--batch", batch, "square", word];
    let ran = cluster.run(&submit("7", "2")).expect_success();
    assert_eq!(ran.lines()[1..], ["4"]);
    let ran = cluster.run(&submit("7", "3")).expect_complaint(1);
    assert!(
        ran.err.contains("has another task with number 0"),
        "{ran:?}"
    );
    let ran = cluster.run(&submit("7", "2")).expect_success();
    assert_eq!(ran.lines()[1..], ["4"]);
    for batch in ["8", "9", "10", "11"] {
        let clients = ["2", "3"].map(|word| cluster.background(&submit(batch, word)));
        let mut have = 0;
        for (mut client, square) in clients.into_iter().zip(["4", "9"]) {
            if client.end().success() {
                have += 1;
                assert_eq!(client.log().lines().last(), Some(square));
            } else {
                assert!(client.log().contains("another task"), "{}", client.log());
            }
        }
        assert_eq!(have, 1, "one of them has the batch");
    }
    assert_eq!(cluster.count("ended"), 5);
}

#[test]
fn a_task_given_back_while_the_queue_is_full_is_no_suspect() {
    let cluster = Cluster::start_with(&["--memory", "1"]);
    let mut worker = cluster.worker(&["--jobs", "1", "--ahead", "20", "--grace", "0.2"]);
    let (gate, batch) = gated(&cluster, "gate");
    let waiting = cluster.submit(&[&["square"][..], &["3"; 20]].concat());
    until("they wait there", || cluster.count("leased") == 21);
    let fill = ["submit", "--detach", "--give-up", "20", "square"];
    let full = cluster.run(&[&fill[..], &["1"; 6000]].concat());
    let _full = full.expect_complaint(1);
    worker.signal(Signal::SIGTERM);
    ends_well(&mut worker);
    assert_eq!(messages(&cluster, "suspects"), 0);
    fs::write(gate, "").unwrap();
    let _worker = cluster.worker(&[]);
    assert_eq!(cluster.results(&waiting), ["9"; 20]);
    assert_eq!(cluster.results(&batch).len(), 1);
    until("nothing is open", || open(&cluster) == 0);
}

/// The task has killed two workers and is given back once.
#[test]
fn a_task_given_back_keeps_its_count_of_killed_workers() {
    let cluster = Cluster::start();
    let gate = cluster.folder.path("gate");
    let batch = cluster.submit(&["gate", &gate.display().to_string()]);
    let begun = || {
        let begun = fs::read_to_string(gate.with_extension("begun"));
        begun.map_or(0, |begun| begun.lines().count())
    };
    for times in 1..=4 {
        let mut worker = cluster.worker(&["--grace", "0.2"]);
        until("it has begun", || begun() == times);
        if times == 3 {
            worker.signal(Signal::SIGTERM);
            ends_well(&mut worker);
        } else {
            worker.kill();
        }
    }
    let mut worker = cluster.worker(&[]);
    until("it is dead", || cluster.count("dead") == 1);
    worker.wait_for("is dead: its worker died in each of 3 attempts");
    thread::sleep(A_WHILE / 4);
    assert_eq!(begun(), 4, "it has begun once more");
    let ran = cluster.run(&["results", &batch]).expect_code(1);
    assert!(ran.out.contains("3 attempts"), "{ran:?}");
}
