//! The programs of the lesson, from outside.

use std::collections::BTreeSet;
use std::net::TcpListener;

use lesson_test::{Ran, event_id, field, run, run_recorded};

const DISTRIBUTED: &str = env!("CARGO_BIN_EXE_distributed");
const BY_HAND: &str = env!("CARGO_BIN_EXE_scheduler-by-hand");
const TINY: &str = env!("CARGO_BIN_EXE_tiny-scheduler");
const WORKER_DIES: &str = env!("CARGO_BIN_EXE_worker-dies");
const TASK_LOST: &str = env!("CARGO_BIN_EXE_task-lost-with-worker");
const DONE_TWICE: &str = env!("CARGO_BIN_EXE_task-done-twice");

/// The lines that begin with `start`, in their order.
fn lines<'a>(ran: &'a Ran, start: &str) -> Vec<&'a str> {
    let lines = ran.out.lines();
    lines.filter(|line| line.starts_with(start)).collect()
}

fn assert_ten_results(ran: &Ran) {
    let results = (0..10).map(|task| format!("Result of task {task}: {}", task * task));
    assert!(
        lines(ran, "Result of task ").into_iter().eq(results),
        "{ran:#?}"
    );
    assert_eq!(ran.lines().last(), Some(&"All tasks done."), "{ran:#?}");
}

/// The process id in a line such as `Worker (17) is Running...`.
fn pid(line: &str) -> &str {
    let (_, rest) = line.split_once('(').expect("a pid in brackets");
    rest.split_once(')').expect("a pid in brackets").0
}

/// Row D09.
#[test]
fn d09_ten_tasks_and_three_workers_print_ten_results_in_order() {
    let ran = run(DISTRIBUTED, &["--pace", "0"]).expect_success();
    assert_ten_results(&ran);
    assert_eq!(lines(&ran, "Scheduler (").len(), 1);
    let mut workers = lines(&ran, "Worker (");
    let tasks = workers.extract_if(.., |line| line.contains(" task "));
    let mut tasks: Vec<&str> = tasks.collect();
    let pids: BTreeSet<&str> = workers.iter().map(|line| pid(line)).collect();
    assert_eq!((workers.len(), pids.len()), (3, 3), "{ran:#?}");
    assert!(tasks.iter().all(|line| pids.contains(pid(line))));
    tasks.sort_by_key(|line| line.split_once(") ").map(|(_, task)| task));
    let done = tasks.iter().filter_map(|line| line.split_once(") "));
    let expected = (0..10).map(|n| format!("task {n}: {n} * {n}"));
    assert!(done.map(|(_, task)| task).eq(expected), "{ran:#?}");
    // The three workers, the tasks, the results, the scheduler and the end: nothing else.
    assert_eq!(ran.lines().len(), 3 + 10 + 10 + 1 + 1);
}

#[test]
fn chaos_changes_no_more_than_the_order() {
    for seed in 0..10 {
        let arguments = ["--pace", "0.01", "--chaos", &seed.to_string()];
        assert_ten_results(&run(DISTRIBUTED, &arguments).expect_success());
    }
    assert_ten_results(&run(WORKER_DIES, &["--pace", "0", "--chaos", "1"]).expect_success());
}

/// Row D12.
#[test]
fn d12_a_worker_is_killed_and_all_ten_results_come_each_once() {
    let ran = run(WORKER_DIES, &["--pace", "0"]).expect_success();
    assert_ten_results(&ran);
    let victims = lines(&ran, "Victim (");
    assert_eq!(victims.len(), 1, "{ran:#?}");
    let (_, task) = victims[0].split_once(") ").unwrap();
    let again = lines(&ran, "Worker_")
        .iter()
        .filter(|line| line.ends_with(task))
        .count();
    assert_eq!(again, 1, "{ran:#?}");
    assert!(
        ran.out
            .contains("process Victim gave no result: killed by SIGKILL")
    );
}

/// Row D09, by hand.
#[test]
fn d09_bare_sockets_and_lines_of_text_print_the_same_ten_results() {
    let ran = run(BY_HAND, &["--pace", "0"]).expect_success();
    assert_ten_results(&ran);
    let tasks: BTreeSet<&str> = lines(&ran, "Worker (")
        .iter()
        .filter_map(|line| line.split_once(") "))
        .map(|(_, task)| task)
        .collect();
    assert_eq!(tasks.len(), 10, "{ran:#?}");
}

/// Row D12, in one file.
#[test]
fn d12_a_tiny_scheduler_lends_the_task_of_its_dead_worker_again() {
    let ran = run(TINY, &["--pace", "0"]).expect_success();
    assert_ten_results(&ran);
    let again: Vec<&str> = lines(&ran, "Worker_")
        .into_iter()
        .filter(|line| line.ends_with(" task 1: 1 * 1"))
        .collect();
    assert_eq!(again.len(), 2, "{ran:#?}");
    assert!(again[0].starts_with("Worker_2"), "{ran:#?}");
    assert!(ran.out.contains("Worker_2 dies."), "{ran:#?}");
}

#[test]
fn it_listens_at_the_address_that_it_is_given() {
    let ran = run(DISTRIBUTED, &["--pace", "0", "localhost:0"]).expect_success();
    assert_ten_results(&ran);
}

/// Row D05. That no process is left is checked after each run.
#[test]
fn d05_an_address_that_cannot_be_had_is_one_line_and_exit_code_1() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken
        .local_addr()
        .map(|address| (taken, address.to_string()))
        .unwrap();
    for (address, reason) in [
        (taken.1.as_str(), "in use"),
        ("127.0.0.1:99999", "invalid port"),
        ("nonsense", "cannot find the address 'nonsense'"),
        ("", "cannot find the address ''"),
        ("192.0.2.1:0", "this machine alone"),
        ("0.0.0.0:0", "this machine alone"),
    ] {
        let ran = run(DISTRIBUTED, &["--pace", "0", address]).expect_complaint(1);
        assert_eq!(ran.out, "", "{ran:#?}");
        assert!(
            ran.err.contains(reason) && ran.err.contains(address),
            "{ran:#?}"
        );
    }
}

#[test]
fn a_wrong_command_line_is_one_line_and_exit_code_2() {
    for words in [
        &["--bogus"][..],
        &["--pace", "x"],
        &["127.0.0.1:0", "127.0.0.1:0"],
    ] {
        let ran = run(DISTRIBUTED, words).expect_complaint(2);
        assert_eq!(ran.out, "");
        assert!(ran.err.contains("--help"), "{ran:?}");
    }
    for program in [WORKER_DIES, DONE_TWICE] {
        let ran = run(program, &["word"]).expect_complaint(2);
        assert_eq!(ran.out, "");
    }
    for words in [
        &["word"][..],
        &["3", "word"],
        &["3", "in:x"],
        &["3", "off:4294967295"],
    ] {
        let ran = run(TASK_LOST, words).expect_complaint(2);
        assert_eq!(ran.out, "");
    }
}

#[test]
fn help_names_the_command_and_the_address() {
    let help = run(DISTRIBUTED, &["--help"]).expect_success().out;
    assert!(
        help.contains("cargo run -p distributed --") && help.contains("ADDRESS"),
        "{help}"
    );
    let help = run(WORKER_DIES, &["--help"]).expect_success().out;
    assert!(
        help.contains("cargo run -p distributed --bin worker-dies"),
        "{help}"
    );
}

#[test]
fn a_recorded_message_names_the_event_that_sent_it() {
    let (ran, log) = run_recorded(DISTRIBUTED);
    assert_ten_results(&ran);
    let of_kind = |kind: &'static str| log.iter().filter(move |event| field(event, "k") == kind);
    let sent: BTreeSet<String> = of_kind("send").map(|event| event_id(event)).collect();
    let causes: Vec<&str> = of_kind("recv").map(|event| field(event, "c")).collect();
    assert!(
        causes.iter().all(|&cause| sent.contains(cause)),
        "{causes:?}"
    );
    // For each task: submit, accepted, lease, started, done, recorded, collect, finished.
    assert!(causes.len() >= 8 * 10, "{}", causes.len());
    // The program, the scheduler and three workers: no lane of a thread that only carries.
    let lanes: BTreeSet<&str> = log.iter().map(|event| field(event, "lane")).collect();
    let expected = ["Scheduler", "Worker_1", "Worker_2", "Worker_3", "main"];
    assert!(lanes.into_iter().eq(expected), "{log:#?}");
    assert_eq!(of_kind("begin").count(), 10);
    assert_eq!(of_kind("end").count(), 10);
}
