//! Quick tasks share the packets for their beginnings and their ends. A slow task among them, or
//! one that kills its worker, does not harm the others.

mod harness;

use std::fs;

use harness::Cluster;
use lesson_test::until;
use nix::sys::signal::Signal;

fn squares(cluster: &Cluster, count: u64) -> String {
    let numbers: Vec<String> = (0..count).map(|number| number.to_string()).collect();
    let mut words = vec!["square"];
    words.extend(numbers.iter().map(String::as_str));
    cluster.submit(&words)
}

#[track_caller]
fn assert_squares(cluster: &Cluster, batch: &str, count: u64) {
    let all: Vec<String> = (0..count).map(|it| (it * it).to_string()).collect();
    assert_eq!(cluster.results(batch), all);
}

#[test]
fn a_result_is_reported_while_a_later_task_still_runs() {
    let cluster = Cluster::start();
    let worker = cluster.worker(&[]);
    assert_squares(&cluster, &squares(&cluster, 500), 500);
    // By now the worker knows that tasks are quick, and gets all of these at once.
    worker.signal(Signal::SIGSTOP);
    let quick = squares(&cluster, 50);
    let gate = cluster.folder.path("gate");
    let slow = cluster.submit(&["gate", &gate.display().to_string()]);
    worker.signal(Signal::SIGCONT);
    let begun = gate.with_extension("begun");
    until("the slow one has begun", || begun.exists());
    assert_squares(&cluster, &quick, 50);
    assert_eq!(cluster.count("leased"), 1);
    fs::write(gate, "").unwrap();
    assert_eq!(cluster.results(&slow).len(), 1);
}

#[test]
fn of_tasks_that_began_together_only_the_one_that_kills_is_dead() {
    let cluster = Cluster::start();
    let before = squares(&cluster, 400);
    let deadly = cluster.submit(&["abort", "now"]);
    let after = squares(&cluster, 400);
    // The task kills three workers, and one more for each worker whose last messages are lost with it.
    let mut workers = 0;
    while cluster.count("dead") == 0 {
        workers += 1;
        assert!(workers <= 10, "it kills one worker after the other");
        let mut worker = cluster.worker(&[]);
        assert_eq!(worker.end().code(), None, "{}", worker.log());
        until("it is gone", || cluster.count("leased") == 0);
    }
    assert!(workers >= 3, "dead after {workers}");
    let ran = cluster.run(&["results", &deadly]).expect_code(1);
    assert!(ran.out.contains("died in each of 3 attempts"), "{ran:?}");
    let _worker = cluster.worker(&[]);
    assert_squares(&cluster, &before, 400);
    assert_squares(&cluster, &after, 400);
    assert_eq!((cluster.count("dead"), cluster.count("ended")), (1, 800));
}
