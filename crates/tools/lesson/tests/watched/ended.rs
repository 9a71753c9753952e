//! Whatever a watched run has forked ends with it.

use crate::{cases, told};

cases![
    what_a_run_leaves_is_killed_and_named,
    a_process_that_ends_soon_after_its_run_is_not_killed,
    at_its_limit_a_run_ends_with_all_that_it_has_forked,
    of_a_hang_it_is_told_who_holds_the_other_end_of_the_pipe,
    the_second_ctrl_c_ends_a_run_with_all_that_it_has_forked,
    ctrl_backslash_ends_a_run_with_all_that_it_has_forked,
    a_keeper_that_is_stopped_does_not_keep_its_watcher_waiting,
    when_the_watcher_is_killed_the_run_ends_with_all_that_it_has_forked,
    when_the_keeper_is_killed_the_run_ends_with_all_that_it_has_forked,
    a_run_that_was_wrong_ends_with_1_and_its_own_exit_code_is_printed,
    a_run_that_fails_ends_with_1_and_its_own_exit_code_is_printed,
];

fn what_a_run_leaves_is_killed_and_named() {
    let ran = told("leaves a process", &["--steps"]).expect_complaint(0);
    assert!(
        ran.err.contains("left processes that were killed"),
        "{}",
        ran.err
    );
    assert!(ran.err.contains("sleep ("), "{}", ran.err);
}

fn a_process_that_ends_soon_after_its_run_is_not_killed() {
    let _quiet = told("ends a process late", &["--steps"]).expect_success();
}

fn at_its_limit_a_run_ends_with_all_that_it_has_forked() {
    let words = ["--lanes", "--limit", "1"];
    let ran = told("hangs with a process", &words).expect_complaint(1);
    assert!(ran.err.contains("--limit"), "{}", ran.err);
    assert!(ran.err.contains("sleep ("), "{}", ran.err);
}

fn of_a_hang_it_is_told_who_holds_the_other_end_of_the_pipe() {
    for option in ["--lanes", "--steps"] {
        let ran = told("holds an end", &[option, "--limit", "1"]).expect_complaint(1);
        let words: Vec<_> = ran.out.split_whitespace().collect();
        let out = words.join(" ");
        let told = "cat waits to read from a pipe whose sending end is still open in main (";
        assert!(out.contains(told), "{out}");
    }
}

fn the_second_ctrl_c_ends_a_run_with_all_that_it_has_forked() {
    let ran = told("is interrupted", &["--steps"]).expect_complaint(1);
    assert!(ran.err.contains("sleep ("), "{}", ran.err);
    // The first one was not the end.
    assert!(ran.out.contains("Still there."), "{}", ran.out);
}

fn ctrl_backslash_ends_a_run_with_all_that_it_has_forked() {
    let ran = told("is quit", &["--steps"]).expect_complaint(1);
    assert!(ran.err.contains("sleep ("), "{}", ran.err);
}

fn a_keeper_that_is_stopped_does_not_keep_its_watcher_waiting() {
    let words = ["--steps", "--limit", "0.5"];
    let ran = told("stops its keeper", &words).expect_complaint(1);
    assert!(ran.err.contains("--limit"), "{}", ran.err);
}

fn when_the_watcher_is_killed_the_run_ends_with_all_that_it_has_forked() {
    let ran = told("loses its watcher", &["--steps"]);
    assert_eq!(ran.code, None, "{ran:?}");
}

fn when_the_keeper_is_killed_the_run_ends_with_all_that_it_has_forked() {
    let ran = told("loses its keeper", &["--steps"]).expect_complaint(1);
    assert!(ran.err.contains("ended by signal 9"), "{}", ran.err);
    assert!(ran.out.contains("Started"), "{}", ran.out);
}

fn a_run_that_was_wrong_ends_with_1_and_its_own_exit_code_is_printed() {
    let page = std::env::temp_dir().join(format!("{}-wrong.html", std::process::id()));
    let to_page = page.to_str().unwrap();
    for words in [
        &["--lanes"][..],
        &["--steps"],
        &["--predict"],
        &["--timeline", to_page],
    ] {
        let ran = told("loses a message", words).expect_code(1);
        assert_eq!(ran.err, "");
        assert!(ran.out.contains("WRONG"), "{}", ran.out);
        assert!(ran.out.contains("exit code 0"), "{}", ran.out);
    }
    std::fs::remove_file(page).unwrap();
    let ran = told("loses a message", &["--runs", "2"]).expect_code(1);
    assert!(ran.out.contains("WRONG"), "{}", ran.out);
}

fn a_run_that_fails_ends_with_1_and_its_own_exit_code_is_printed() {
    let ran = told("fails", &["--lanes"]).expect_complaint(1);
    assert!(ran.out.contains("exit code 1"), "{}", ran.out);
}
