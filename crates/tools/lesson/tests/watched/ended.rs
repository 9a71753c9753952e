//! Whatever a watched run has forked ends with it.

use std::fs;
use std::io::Read;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Stdio};

use lesson_test::{Folder, run_within, until};
use nix::sys::signal::{Signal, kill};
use nix::sys::stat::Mode;
use nix::unistd::{Pid, mkfifo};

use crate::{LIMIT, cases, command, run};

cases![
    processes_that_a_run_leaves_are_killed_and_named,
    processes_that_were_there_before_a_run_are_left_alone,
    a_child_of_a_process_that_is_killed_in_its_wait_is_not_called_unwaited,
    a_process_that_ends_soon_after_its_run_is_not_killed,
    at_its_limit_a_run_ends_with_all_that_it_has_forked,
    at_its_limit_a_process_whose_name_is_no_text_ends_with_its_run,
    a_process_that_forks_and_exits_again_and_again_is_killed,
    a_child_that_is_waited_for_by_a_call_that_is_not_recorded_is_no_fault,
    a_deadlock_is_certain_only_if_no_other_thread_is_there,
    of_a_hang_the_holders_of_the_other_end_of_the_pipe_are_reported,
    the_second_ctrl_c_ends_a_run_with_all_that_it_has_forked,
    ctrl_backslash_ends_a_run_with_all_that_it_has_forked,
    a_keeper_that_is_stopped_does_not_keep_its_watcher_waiting,
    when_the_watcher_is_killed_the_run_ends_with_all_that_it_has_forked,
    when_the_keeper_is_killed_the_run_ends_with_all_that_it_has_forked,
    signals_end_a_watcher_that_waits_for_the_reader_of_a_fifo,
    a_run_that_was_wrong_ends_with_1_and_its_own_exit_code_is_printed,
    a_run_that_fails_ends_with_1_and_its_own_exit_code_is_printed,
];

fn processes_that_a_run_leaves_are_killed_and_named() {
    let ran = run("leaves a process", &["--steps"]).expect_complaint(0);
    assert!(
        ran.err.contains("left processes that were killed"),
        "{}",
        ran.err
    );
    assert!(ran.err.contains("sleep ("), "{}", ran.err);
}

fn a_child_of_a_process_that_is_killed_in_its_wait_is_not_called_unwaited() {
    let ran = run("leaves a parent that waits", &["--lanes"]).expect_code(1);
    let fault = "WRONG: No lane waited for the end of parent.";
    assert!(ran.out.contains(fault), "{}", ran.out);
}

/// A shell that replaces itself by the program leaves its children to it.
fn processes_that_were_there_before_a_run_are_left_alone() {
    let folder = Folder::new();
    let script = "sleep 900 >/dev/null 2>&1 & echo $! >\"$0\"; exec \"$@\"";
    for words in [&["--steps"][..], &["--runs", "2"]] {
        let mut shell = Command::new("sh");
        shell.args(["-c", script, folder.path("pid").to_str().unwrap()]);
        shell.arg(std::env::current_exe().unwrap()).args(words);
        shell.env("STORY", "prints").env_remove("COLUMNS");
        // It has to end, and at once: the sleep is not waited for.
        let watcher = shell.stdout(Stdio::piped()).stderr(Stdio::piped());
        let ended = watcher.spawn().unwrap().wait_with_output().unwrap();
        let sleeper = fs::read_to_string(folder.path("pid")).unwrap();
        let sleeper = Pid::from_raw(sleeper.trim().parse().unwrap());
        let was_there = kill(sleeper, Signal::SIGKILL);
        assert_eq!((ended.status.code(), &*ended.stderr), (Some(0), &b""[..]));
        assert_eq!(was_there, Ok(()), "{words:?}");
    }
    lesson_test::assert_alone();
}

fn a_process_that_ends_soon_after_its_run_is_not_killed() {
    let _quiet = run("ends a process late", &["--steps"]).expect_success();
}

fn at_its_limit_a_run_ends_with_all_that_it_has_forked() {
    let words = ["--lanes", "--limit", "1"];
    let ran = run("hangs with a process", &words).expect_complaint(1);
    assert!(ran.err.contains("--limit"), "{}", ran.err);
    assert!(ran.err.contains("sleep ("), "{}", ran.err);
}

fn at_its_limit_a_process_whose_name_is_no_text_ends_with_its_run() {
    let words = ["--lanes", "--limit", "1"];
    let story = "hangs with a process whose name is no text";
    let ran = run(story, &words).expect_complaint(1);
    assert!(ran.err.contains("\u{fffd} ("), "{}", ran.err);
    assert!(ran.err.contains("sleep ("), "{}", ran.err);
}

fn a_process_that_forks_and_exits_again_and_again_is_killed() {
    let folder = Folder::new();
    fs::write(folder.path("hops"), "").unwrap();
    let mut command = command("leaves a process that hops", &["--steps", "--limit", "30"]);
    let ran = run_within(LIMIT, command.env("HOPS", folder.path("hops"))).expect_complaint(0);
    assert!(ran.err.contains("were killed: watched-"), "{}", ran.err);
}

fn a_child_that_is_waited_for_by_a_call_that_is_not_recorded_is_no_fault() {
    let ran = run("waits by a bare call", &["--lanes"]).expect_success();
    assert!(!ran.out.contains("WRONG"), "{}", ran.out);
    let ran = run("does not wait", &["--lanes"]).expect_code(1);
    let fault = "WRONG: No lane waited for the end of child.";
    assert!(ran.out.contains(fault), "{}", ran.out);
}

fn a_deadlock_is_certain_only_if_no_other_thread_is_there() {
    for (story, is_certain) in [
        ("hangs at full pipes", true),
        ("works beside full pipes", false),
    ] {
        let ran = run(story, &["--lanes", "--limit", "1"]).expect_complaint(1);
        let fault = "WRONG: Deadlock: no lane of the log can go on";
        assert_eq!(ran.out.contains(fault), is_certain, "{}", ran.out);
        assert!(ran.out.contains("waits for room"), "{}", ran.out);
    }
}

fn of_a_hang_the_holders_of_the_other_end_of_the_pipe_are_reported() {
    for option in ["--lanes", "--steps"] {
        let ran = run("holds an end", &[option, "--limit", "1"]).expect_complaint(1);
        let words: Vec<_> = ran.out.split_whitespace().collect();
        let out = words.join(" ");
        let text = "cat waits to read from a pipe whose sending end is still open in main (";
        assert!(out.contains(text), "{out}");
    }
}

fn the_second_ctrl_c_ends_a_run_with_all_that_it_has_forked() {
    let ran = run("is interrupted", &["--steps"]).expect_complaint(1);
    assert!(ran.err.contains("sleep ("), "{}", ran.err);
    // The first signal did not end it.
    assert!(ran.out.contains("Still there."), "{}", ran.out);
}

fn ctrl_backslash_ends_a_run_with_all_that_it_has_forked() {
    let ran = run("is quit", &["--steps"]).expect_complaint(1);
    assert!(ran.err.contains("sleep ("), "{}", ran.err);
}

fn a_keeper_that_is_stopped_does_not_keep_its_watcher_waiting() {
    let words = ["--steps", "--limit", "0.5"];
    let ran = run("stops its keeper", &words).expect_complaint(1);
    assert!(ran.err.contains("--limit"), "{}", ran.err);
}

fn when_the_watcher_is_killed_the_run_ends_with_all_that_it_has_forked() {
    let ran = run("loses its watcher", &["--steps"]);
    assert_eq!(ran.code, None, "{ran:?}");
}

fn when_the_keeper_is_killed_the_run_ends_with_all_that_it_has_forked() {
    let ran = run("loses its keeper", &["--steps"]).expect_complaint(1);
    assert!(ran.err.contains("ended by signal 9"), "{}", ran.err);
    assert!(ran.out.contains("Started"), "{}", ran.out);
}

fn signals_end_a_watcher_that_waits_for_the_reader_of_a_fifo() {
    let folder = Folder::new();
    let fifo = folder.path("fifo");
    mkfifo(&fifo, Mode::S_IRWXU).unwrap();
    for signal in [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP] {
        let words = ["--lanes", "--timeline", fifo.to_str().unwrap()];
        let mut watcher = command("prints nothing", &words);
        let mut watcher = watcher.stdout(Stdio::piped()).spawn().unwrap();
        // The picture is the last text before the file is opened.
        let mut stdout = watcher.stdout.take().unwrap();
        let mut seen = Vec::new();
        while !seen.ends_with(b"\n\n") || seen.len() < 100 {
            let mut byte = [0];
            assert_eq!(stdout.read(&mut byte).unwrap(), 1, "{seen:?}");
            seen.extend(byte);
        }
        let stat = format!("/proc/{}/stat", watcher.id());
        until("it waits", || {
            fs::read_to_string(&stat).unwrap().contains(") S ")
        });
        kill(Pid::from_raw(watcher.id().cast_signed()), signal).unwrap();
        until("the watcher has ended", || {
            watcher.try_wait().unwrap().is_some()
        });
        assert_eq!(watcher.wait().unwrap().signal(), Some(signal as i32));
    }
}

fn a_run_that_was_wrong_ends_with_1_and_its_own_exit_code_is_printed() {
    let folder = Folder::new();
    let [page, trace] = ["page.html", "trace.json"].map(|name| folder.path(name));
    let (to_page, to_trace) = (page.to_str().unwrap(), trace.to_str().unwrap());
    for words in [
        &["--lanes"][..],
        &["--steps"],
        &["--predict"],
        &["--timeline", to_page],
        &["--trace", to_trace],
    ] {
        let ran = run("loses a message", words).expect_code(1);
        assert_eq!(ran.err, "");
        assert!(ran.out.contains("WRONG"), "{}", ran.out);
        assert!(ran.out.contains("exit code 0"), "{}", ran.out);
    }
    let ran = run("loses a message", &["--runs", "2"]).expect_code(1);
    assert!(ran.out.contains("WRONG"), "{}", ran.out);
}

fn a_run_that_fails_ends_with_1_and_its_own_exit_code_is_printed() {
    let ran = run("fails", &["--lanes"]).expect_complaint(1);
    assert!(ran.out.contains("exit code 1"), "{}", ran.out);
}
