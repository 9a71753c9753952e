//! The rows of the catalogue that hold for a scheduler and for a broker in its place, by command
//! lines, as a person uses a cluster. The test target selects one of the two.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use lesson_test::until;
use nix::sys::signal::Signal;

use crate::harness::{Cluster, Gated, Running, batch, ends_well};

/// Row D01.
#[test]
fn d01_results_of_a_batch_can_be_collected_by_another_client() {
    let cluster = Cluster::start();
    let _worker = cluster.worker(&[]);
    let batch = cluster.submit(&["square", "7", "8"]);
    assert_eq!(cluster.results(&batch), ["49", "64"]);
    assert_eq!(cluster.results(&batch), ["49", "64"], "again");
}

/// A large batch is cancelled in several steps.
#[test]
fn a_large_batch_is_cancelled_to_its_last_task() {
    let cluster = Cluster::start();
    let numbers: Vec<String> = (0..2500).map(|it| it.to_string()).collect();
    let words: Vec<&str> = numbers.iter().map(String::as_str).collect();
    let batch = cluster.submit(&[&["square"][..], &words].concat());
    let ran = cluster.run(&["cancel", &batch]).expect_success();
    assert!(ran.out.contains("no task of 2500 is open"), "{ran:?}");
    let ran = cluster.run(&["results", &batch]).expect_code(1);
    assert_eq!(ran.out.matches("it was cancelled").count(), 2500);
    let _worker = cluster.worker(&[]);
    assert_eq!(cluster.results(&cluster.submit(&["square", "3"])), ["9"]);
    assert_eq!((cluster.count("ready"), cluster.count("ended")), (0, 2501));
}

/// Row D02.
#[test]
fn d02_values_of_all_kinds_come_back_equal() {
    let cluster = Cluster::start();
    let _worker = cluster.worker(&[]);
    let file = cluster.folder.path("bytes");
    let bytes: Vec<u8> = (0..=u8::MAX).collect();
    fs::write(&file, bytes).unwrap();
    let file = file.display().to_string();
    for (kind, words, shown) in [
        (
            "text",
            vec!["abc", "déjà vu", "привет", ""],
            vec!["abc", "déjà vu", "привет", ""],
        ),
        ("flag", vec!["true", "false"], vec!["true", "false"]),
        ("real", vec!["2.25", "-0.5"], vec!["2.25", "-0.5"]),
        ("file", vec![&*file], vec!["256 bytes, in order: true"]),
    ] {
        // After `--`, -0.5 is not read as an option.
        let batch = cluster.submit(&[&["--", kind][..], &words].concat());
        assert_eq!(cluster.results(&batch), shown, "{kind}");
    }
}

/// Row D06.
#[test]
fn d06_a_kind_that_is_not_known_is_named_and_the_next_task_is_done() {
    let cluster = Cluster::start();
    // This worker knows fewer kinds than the client.
    let plain = Path::new(env!("CARGO_BIN_EXE_cluster"));
    let log = cluster.folder.path("log");
    let _worker = Running::start(&mut cluster.command_of(plain, &["worker"]), &log);
    let ran = cluster.run(&["submit", "text", "a"]).expect_code(1);
    assert!(
        ran.out
            .contains("no task of kind 'text' is known, only: fetch"),
        "{ran:?}"
    );
    let ran = cluster.run(&["submit", "square", "3"]).expect_success();
    assert_eq!(ran.lines()[1..], ["9"]);
    let ran = cluster.run(&["submit", "nothing", "3"]).expect_complaint(1);
    assert!(ran.err.contains("'nothing'"), "{ran:?}");
}

/// Row D07.
#[test]
fn d07_an_operation_that_fails_is_an_error_with_its_message_and_the_scheduler_lives() {
    let cluster = Cluster::start();
    for (words, text) in [
        (["cancel", "12"], "there is no batch 12"),
        (["results", "12"], "there is no batch 12"),
        (["forget", "12"], "there is no batch 12"),
    ] {
        let ran = cluster.run(&words).expect_complaint(1);
        assert!(ran.err.contains(text), "{ran:?}");
    }
    let ran = cluster.run(&["retry", "--task", "5"]).expect_complaint(1);
    assert!(ran.err.contains("there is no task 5"), "{ran:?}");
    let _worker = cluster.worker(&[]);
    assert_eq!(cluster.results(&cluster.submit(&["square", "3"])), ["9"]);
}

/// Row D08.
#[test]
fn d08_a_full_queue_takes_no_more_and_an_empty_one_has_nothing_in_time() {
    // A task counts as 256 bytes and its argument.
    let cluster = Cluster::start_with(&["--memory", "1"]);
    let submit_within = |give_up| {
        let submit = ["submit", "--give-up", give_up, "--batch", "7", "square"];
        cluster.run(&[&submit[..], &["1"; 5000]].concat())
    };
    // On a busy machine, the limit may end before the queue is full.
    let is_full = || {
        let ran = submit_within("4").expect_complaint(1);
        ran.err.contains("takes no more now")
    };
    assert!((0..10).any(|_| is_full()), "the queue was never full");
    let ready = cluster.count("ready");
    // A broker takes a few more, which are already under way.
    assert!((3900..4500).contains(&ready), "{ready}");
    let begun = Instant::now();
    let ran = cluster
        .run(&["results", "7", "--limit", "0.2"])
        .expect_complaint(1);
    assert!(ran.err.contains("0 of"), "{ran:?}");
    assert!(begun.elapsed() >= Duration::from_millis(200));
    // As soon as there is room, the rest is accepted, and no task twice.
    let _worker = cluster.worker(&[]);
    let _all = submit_within("60").expect_success();
    assert_eq!(cluster.count("ended"), 5000);
}

/// Row D09.
#[test]
fn d09_ten_tasks_and_two_workers_make_ten_results_each_done_once() {
    let cluster = Cluster::start();
    let _workers = [cluster.worker(&[]), cluster.worker(&[])];
    let files: Vec<String> = (0..10)
        .map(|it| cluster.folder.text(&format!("task-{it}")))
        .collect();
    let words: Vec<&str> = files.iter().map(String::as_str).collect();
    let batch = cluster.submit(&[&["note"][..], &words].concat());
    assert_eq!(cluster.results(&batch), files);
    for file in files {
        assert_eq!(fs::read_to_string(file).unwrap(), "once\n");
    }
}

/// Row D11.
#[test]
fn d11_to_wait_for_a_batch_ends_with_its_last_task_and_not_before() {
    let cluster = Cluster::start();
    let _worker = cluster.worker(&["--jobs", "2"]);
    let gate = cluster.folder.path("gate");
    let path = gate.display().to_string();
    let batch = cluster.submit(&["gate", "/", &path]);
    let ran = cluster
        .run(&["results", &batch, "--limit", "0.3"])
        .expect_complaint(1);
    assert!(ran.err.contains("1 of 2"), "{ran:?}");
    fs::write(gate, "").unwrap();
    assert_eq!(cluster.results(&batch), ["/", &path]);
}

/// Row D12.
#[test]
fn d12_the_task_of_a_killed_worker_is_done_by_another_and_has_one_result() {
    let cluster = Cluster::start();
    let mut victim = cluster.worker(&[]);
    let gate = cluster.folder.path("gate");
    let path = gate.display().to_string();
    let batch = cluster.submit(&["gate", &path]);
    let begun = cluster.folder.path("gate.begun");
    let notes = || fs::read_to_string(&begun).unwrap_or_default();
    until("the task has begun", || notes() == "once\n");
    victim.kill();
    fs::write(gate, "").unwrap();
    let _worker = cluster.worker(&[]);
    assert_eq!(cluster.results(&batch), [path]);
    assert_eq!(notes(), "once\nonce\n");
    assert_eq!((cluster.count("ended"), cluster.count("late")), (1, 0));
}

/// Row D12: what kills each of its workers is dead after the third, and the others are done.
#[test]
fn d12_a_task_that_kills_its_workers_is_dead_after_three_and_can_be_tried_again() {
    let cluster = Cluster::start();
    let batch = cluster.submit(&["abort", "now"]);
    for _ in 0..3 {
        let mut worker = cluster.background(&["worker"]);
        assert!(!worker.end().success());
    }
    let _worker = cluster.worker(&[]);
    let ran = cluster.run(&["results", &batch]).expect_code(1);
    assert!(
        ran.out.contains(" failed (number 0") && ran.out.contains("3 attempts"),
        "{ran:?}"
    );
    assert_eq!(cluster.count("dead"), 1);
    assert_eq!(cluster.results(&cluster.submit(&["square", "3"])), ["9"]);
    let ran = cluster.run(&["retry", "--all"]).expect_success();
    assert!(ran.out.contains("1 dead tasks"), "{ran:?}");
}

/// Row D14.
#[test]
fn d14_a_client_that_waits_delays_no_other() {
    let cluster = Cluster::start();
    let _worker = cluster.worker(&["--jobs", "2"]);
    let gate = cluster.folder.path("gate");
    let path = gate.display().to_string();
    let batch = cluster.submit(&["gate", &path]);
    let mut waiting = cluster.background(&["results", &batch]);
    until("it waits", || cluster.count("clients") == 2);
    thread::scope(|scope| {
        for number in 1..=3_u64 {
            let cluster = &cluster;
            scope.spawn(move || {
                let word = number.to_string();
                let ran = cluster.run(&["submit", "square", &word]).expect_success();
                assert_eq!(ran.lines()[1..], [(number * number).to_string()]);
            });
        }
    });
    fs::write(gate, "").unwrap();
    assert!(waiting.end().success());
}

/// Row D15.
#[test]
fn d15_an_item_of_16_mib_goes_to_a_worker_and_back() {
    let cluster = Cluster::start();
    let _worker = cluster.worker(&[]);
    let file = cluster.folder.path("large");
    // With the four bytes of its length, the longest argument of a task.
    let most = (16 << 20) - 4;
    let bytes: Vec<u8> = (0..=u8::MAX).cycle().take(most + 1).collect();
    fs::write(&file, &bytes[..most]).unwrap();
    let path = file.display().to_string();
    let batch = cluster.submit(&["file", &path]);
    assert_eq!(
        cluster.results(&batch),
        [format!("{most} bytes, in order: true")]
    );
    fs::write(&file, &bytes).unwrap();
    let ran = cluster.run(&["submit", "file", &path]).expect_complaint(1);
    assert!(
        ran.err.contains("16777217 bytes, 16777216 at most"),
        "{ran:?}"
    );
    let ran = cluster.run(&["submit", "large", "16777216"]).expect_code(1);
    assert!(ran.out.contains("its result has 16777220 bytes"), "{ran:?}");
}

/// Row D16.
#[test]
fn d16_a_task_that_fails_or_panics_is_an_error_with_its_id_and_the_worker_goes_on() {
    let cluster = Cluster::start();
    let mut worker = cluster.worker(&[]);
    for (kind, text) in [
        ("fail", "not today"),
        ("panic", "the task panicked: not today"),
    ] {
        let ran = cluster.run(&["submit", kind, "not today"]).expect_code(1);
        let batch = batch(&ran.out);
        let json = cluster.run(&["results", &batch, "--json"]).expect_code(1);
        let id = json.out.split("\"task\":").nth(1).unwrap();
        let id = id.split(',').next().unwrap();
        let line = format!("Task {id} failed (number 0 of the batch): {text}");
        assert!(ran.out.contains(&line), "{ran:?}");
        assert!(
            json.out.contains(&format!("\"error\":\"{text}\"")),
            "{json:?}"
        );
    }
    assert_eq!(cluster.results(&cluster.submit(&["square", "3"])), ["9"]);
    worker.signal(Signal::SIGTERM);
    assert!(worker.end().success());
}

#[test]
fn a_worker_that_is_asked_to_end_does_its_task_and_gives_the_next_back() {
    let cluster = Cluster::start();
    let mut worker = cluster.worker(&["--grace", "30"]);
    let gated = Gated::start(&cluster);
    // The task waits after the other one.
    let next = cluster.submit(&["square", "3"]);
    until("it is lent", || cluster.count("leased") == 2);
    worker.signal(Signal::SIGTERM);
    until("it is given back", || cluster.count("ready") == 1);
    gated.open();
    ends_well(&mut worker);
    assert_eq!(cluster.results(&gated.batch).len(), 1);
    let _worker = cluster.worker(&[]);
    assert_eq!(cluster.results(&next), ["9"]);
    gated.runs(1);
}

#[test]
fn a_worker_gives_back_tasks_that_are_not_done_within_the_grace() {
    let cluster = Cluster::start();
    let mut worker = cluster.worker(&["--grace", "0.2"]);
    let gated = Gated::start(&cluster);
    worker.signal(Signal::SIGINT);
    ends_well(&mut worker);
    assert_eq!((cluster.count("ready"), cluster.count("leased")), (1, 0));
    let _worker = cluster.worker(&[]);
    gated.runs(2);
    gated.open();
    // A task that is given back counts no death, so this may happen any number of times.
    assert_eq!(cluster.results(&gated.batch).len(), 1);
}
