//! The programs of the lesson, from outside.

use lesson_test::{run, run_recorded};

const POOL: &str = env!("CARGO_BIN_EXE_pool");

/// Row W10, with the lines of the notes.
#[test]
fn w10_every_task_runs_and_ends_before_the_last_line() {
    for words in [
        &["--pace", "0"][..],
        &["--pace", "0.05"],
        &["--pace", "0", "--chaos", "1"],
        &["--pace", "0", "--chaos", "2"],
    ] {
        let ran = run(POOL, words).expect_success();
        let lines = ran.lines();
        assert_eq!(lines.len(), 13, "{ran:?}");
        assert!(lines[0].starts_with("Current Process "));
        assert!(lines.contains(&"Waiting for all subprocesses done..."));
        assert_eq!(lines[12], "All subprocess done.");
        let mut pids = Vec::new();
        for task in 0..5 {
            let (begin, end) = (format!("Task {task} (pid="), format!("Task {task} end."));
            let begun = lines.iter().position(|line| line.starts_with(&begin));
            let ended = lines.iter().position(|line| *line == end);
            assert!(begun.is_some() && begun < ended, "{ran:?}");
            pids.extend(begun.map(|at| &lines[at][begin.len()..]));
        }
        pids.sort_unstable();
        pids.dedup();
        assert!((1..=3).contains(&pids.len()), "{pids:?}");
    }
}

/// The inner parts of the pool are folded: its queues, their locks, and the supervisor.
#[test]
fn the_picture_shows_the_owner_and_three_workers_and_with_detail_the_supervisor() {
    let picture = |words: &[&str]| run(POOL, words).expect_success();
    let has =
        |ran: &lesson_test::Ran, start| ran.lines().iter().any(|line| line.starts_with(start));
    let ran = picture(&["--pace", "0.02", "--lanes"]);
    for start in [
        "pool: 4 lanes,",
        "main ",
        "worker 1 ",
        "worker 2 ",
        "worker 3 ",
    ] {
        assert!(has(&ran, start), "{start} {ran:?}");
    }
    let ran = picture(&["--pace", "0.02", "--lanes", "--detail"]);
    for start in ["pool: 5 lanes,", "supervisor "] {
        assert!(has(&ran, start), "{start} {ran:?}");
    }
}

#[test]
fn w02_map_prints_the_squares_in_order() {
    let ran = run(env!("CARGO_BIN_EXE_pool-map"), &["--pace", "0"]).expect_success();
    assert!(
        ran.lines()
            .contains(&"[0, 1, 4, 9, 16, 25, 36, 49, 64, 81]"),
        "{ran:?}"
    );
    let done = ran
        .lines()
        .iter()
        .filter(|line| line.starts_with("next done: "))
        .count();
    assert_eq!(done, 10);
}

#[test]
fn the_same_tasks_on_threads_have_one_process() {
    let ran = run(env!("CARGO_BIN_EXE_pool-threads"), &["--pace", "0"]).expect_success();
    let pid = |line: &&str| Some(line.split_once("(pid=")?.1.split_once(')')?.0.to_owned());
    let lines = ran.lines();
    let mut pids: Vec<_> = lines.iter().filter_map(pid).collect();
    assert_eq!(pids.len(), 5);
    pids.dedup();
    assert_eq!(pids.len(), 1);
}

/// Each worker has a pipe for its tasks and one for its answers.
#[test]
fn the_log_of_the_bare_program_knows_its_messages_and_its_children() {
    let (_, log) = run_recorded(env!("CARGO_BIN_EXE_pool-syscalls"));
    let run = timeline::Run::read(log.join("\n").as_bytes()).expect("it is a log");
    let findings: Vec<_> = run.check().iter().map(ToString::to_string).collect();
    let received = findings
        .iter()
        .filter(|one| one.starts_with("ok ") && one.contains(" received, "));
    assert_eq!(received.count(), 4, "{findings:?}");
    let waited = "ok     All 2 that were started were waited for.";
    assert!(findings.iter().any(|one| one == waited), "{findings:?}");
}

#[test]
fn b16_the_pool_goes_on_without_a_killed_worker() {
    let ran = run(env!("CARGO_BIN_EXE_pool-worker-killed"), &[]).expect_success();
    let lines = ran.lines();
    let died = lines
        .iter()
        .find(|line| line.starts_with("the worker of task 2 (pid"));
    assert!(died.is_some_and(|line| line.contains("SIGKILL")), "{ran:?}");
    for task in [0, 1, 3, 4] {
        assert!(
            lines.contains(&format!("Task {task} gave {}.", task * task).as_str()),
            "{ran:?}"
        );
    }
}

#[test]
fn a_wrong_command_line_is_one_line_and_exit_code_2() {
    let dropped = env!("CARGO_BIN_EXE_pool-dropped");
    for (program, words) in [(POOL, &["--seed", "-1"][..]), (dropped, &["word"])] {
        let ran = run(program, words).expect_complaint(2);
        assert_eq!(ran.out, "");
    }
}

/// Every worker fails at its end, when it reports that it could not print.
#[test]
fn a_disk_that_is_full_is_reported_once_and_ends_the_program() {
    let words = ["-c", "exec \"$0\" --pace 0 >/dev/full", POOL];
    let ran = run("/bin/sh", &words).expect_complaint(1);
    assert!(ran.err.contains("No space left"), "{ran:?}");
}

/// Row W02, on the pool of one file.
#[test]
fn w02_the_pool_of_one_file_returns_results_in_the_order_of_the_arguments() {
    for words in [
        &["--pace", "0"][..],
        &["--pace", "0.02"],
        &["--pace", "0", "--chaos", "1"],
    ] {
        let ran = run(env!("CARGO_BIN_EXE_tiny-pool"), words).expect_success();
        let lines = ran.lines();
        assert_eq!(lines.len(), 13, "{ran:?}");
        assert_eq!(lines[12], "All subprocess done: [0, 1, 4, 9, 16]");
    }
}
