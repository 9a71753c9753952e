//! Tests faults that only a broker has: tasks that are lost, kill workers, or are blamed for the wrong death.

mod full;
mod lines;
mod queue;

use std::fs;
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use lesson_test::{Seeded, until};
use nix::sys::signal::Signal;

use crate::harness::{Cluster, Running, batch};

/// Longer than a worker needs to take the tasks that are there for it.
const A_WHILE: Duration = Duration::from_secs(2);

#[test]
fn the_batch_with_the_largest_number_is_a_batch_as_others() {
    let cluster = Cluster::start();
    let number = u64::MAX.to_string();
    let words = ["submit", "--detach", "--batch", &number, "square", "1", "2"];
    let _accepted = cluster.run(&words).expect_success();
    let _worker = cluster.worker(&[]);
    assert_eq!(cluster.results(&cluster.submit(&["square", "3"])), ["9"]);
    assert_eq!(cluster.results(&number), ["1", "4"]);
    assert_eq!((cluster.count("leased"), cluster.count("ended")), (0, 3));
}

#[test]
fn a_queue_with_other_settings_is_reported_by_each_peer() {
    let cluster = Cluster::start();
    queue::replace(&cluster, "suspects");
    for command in ["worker", "status"] {
        let ran = cluster.run(&[command]).expect_complaint(1);
        let why = format!("the queue '{}.suspects'", cluster.address);
        assert!(ran.err.contains(&why), "{ran:?}");
        assert!(ran.err.contains("has other settings"), "{ran:?}");
    }
}

/// A retry has two steps. A full queue stops it between them, as a kill at this moment would.
#[test]
fn a_dead_task_that_the_queue_does_not_take_again_stays_dead_and_can_be_tried_later() {
    let cluster = Cluster::start_with(&["--memory", "1"]);
    let mut worker = cluster.worker(&[]);
    // The task fails, because it cannot write there until the folder is made.
    let gate = cluster.folder.path("missing/gate");
    let path = gate.display().to_string();
    let ran = cluster.run(&["submit", "note", &path]).expect_code(1);
    let dead = batch(&ran.out);
    worker.signal(Signal::SIGTERM);
    assert!(worker.end().success());
    // The limit is long, so that a busy machine is not mistaken for a full queue.
    let fill = ["submit", "--detach", "--give-up", "20", "square"];
    let words = [&fill[..], &["1"; 6000]].concat();
    let full = cluster.run(&words).expect_code(1);
    assert!(full.err.contains("takes no more now"), "{full:?}");
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

/// Row D12. SIGKILL of a client at random moments, while it tries dead tasks again.
#[test]
fn d12_a_client_that_is_killed_while_it_tries_dead_tasks_again_loses_none() {
    let cluster = Cluster::start();
    let mut worker = cluster.worker(&["--jobs", "20"]);
    // The tasks fail, because they cannot write there until the folder is made.
    let folder = cluster.folder.path("missing");
    let paths: Vec<String> = (0..200)
        .map(|number| folder.join(number.to_string()).display().to_string())
        .collect();
    let words: Vec<&str> = paths.iter().map(String::as_str).collect();
    let ran = cluster.run(&[&["submit", "note"][..], &words].concat());
    let dead = batch(&ran.expect_code(1).out);
    worker.signal(Signal::SIGTERM);
    assert!(worker.end().success());
    let mut seeded = Seeded::new(5);
    for _ in 0..12 {
        let mut client = cluster.background(&["retry", "--all"]);
        thread::sleep(Duration::from_micros(seeded.below(200_000)));
        client.kill();
    }
    fs::create_dir(folder).unwrap();
    let _all = cluster.run(&["retry", "--all"]).expect_success();
    let _worker = cluster.worker(&[]);
    assert_eq!(cluster.results(&dead), words);
    assert_eq!((cluster.count("dead"), cluster.count("ended")), (0, 200));
}

/// Starts a task that runs until its gate exists, and waits until it has begun. Returns gate and batch.
fn gated(cluster: &Cluster, name: &str) -> (PathBuf, String) {
    let gate = cluster.folder.path(name);
    let batch = cluster.submit(&["gate", &gate.display().to_string()]);
    until("the task has begun", || {
        gate.with_extension("begun").exists()
    });
    (gate, batch)
}

/// Row D12. Two workers are at a task, and what waits there kills them.
#[test]
fn d12_a_suspect_that_is_not_begun_is_not_blamed_for_the_task_before_it() {
    let cluster = Cluster::start();
    let (mut doomed, mut gates) = (Vec::new(), Vec::new());
    for number in 1..3 {
        // The worker takes two tasks at a time, and no third one.
        doomed.push(cluster.worker(&["--jobs", "1", "--ahead", "1"]));
        gates.push(gated(&cluster, &format!("gate-{number}")).0);
        let _killer = cluster.submit(&["abort", "now"]);
        until("it waits there", || cluster.count("leased") == 2 * number);
    }
    let mut third = cluster.worker(&["--jobs", "1", "--ahead", "1"]);
    let (gate, innocent) = gated(&cluster, "innocent");
    third.kill();
    for (mut worker, gate) in doomed.into_iter().zip(gates) {
        thread::sleep(A_WHILE);
        fs::write(gate, "").unwrap();
        assert!(!worker.end().success());
    }
    fs::write(gate, "").unwrap();
    // Each killer takes two more workers before it is dead.
    let _workers: Vec<Running> = (0..5).map(|_| cluster.background(&["worker"])).collect();
    assert_eq!(cluster.results(&innocent).len(), 1);
    until("the killers are dead", || cluster.count("dead") == 2);
}

#[test]
fn a_suspect_has_its_turn_while_there_are_always_other_tasks() {
    let cluster = Cluster::start();
    let _busy = cluster.worker(&["--jobs", "1", "--ahead", "1"]);
    let (gate, _batch) = gated(&cluster, "gate");
    // The worker has no room for a third task.
    let _waits = cluster.submit(&["nap", "10"]);
    until("it waits there", || cluster.count("leased") == 2);
    let mut killed = cluster.worker(&["--jobs", "1", "--ahead", "0"]);
    let (innocent, batch) = gated(&cluster, "innocent");
    let _naps = cluster.submit(&[&["nap"][..], &["10"; 2000]].concat());
    killed.kill();
    for gate in [gate, innocent] {
        fs::write(gate, "").unwrap();
    }
    assert_eq!(cluster.results(&batch).len(), 1);
    assert!(cluster.count("ready") > 0, "the others are done as well");
}
