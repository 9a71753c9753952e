//! Running a lesson with `--lanes`, `--steps`, `--timeline`, `--trace`, `--runs` and `--predict`.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use lesson_test::run;

const PIPE: &str = env!("CARGO_BIN_EXE_ipc-pipe");

/// Returns the path of a file that only this test uses.
fn file(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("{}-{name}", std::process::id()))
}

#[test]
fn the_run_is_shown_after_its_own_lines() {
    for (option, shows) in [("--lanes", "sender"), ("--steps", "receiver")] {
        let ran = run(PIPE, &["--pace", "0", option]).expect_success();
        let last_line = ran.out.find("recv: url_9").unwrap();
        let picture = ran.out.rfind(shows).unwrap();
        assert!(picture > last_line, "{}", ran.out);
        assert!(
            ran.lines().iter().all(|line| line.chars().count() <= 80),
            "{}",
            ran.out
        );
    }
}

#[test]
fn the_page_and_the_trace_are_files() {
    let (page, trace) = (file("page.html"), file("trace.json"));
    let (to_page, to_trace) = (page.to_str().unwrap(), trace.to_str().unwrap());
    let words = ["--pace", "0", "--timeline", to_page, "--trace", to_trace];
    let ran = run(PIPE, &words).expect_success();
    for name in [to_page, to_trace] {
        assert!(
            ran.out.contains(&format!("Written: {name}\n")),
            "{}",
            ran.out
        );
    }
    let (page, trace) = (fs::read_to_string(&page), fs::read_to_string(&trace));
    let (page, trace) = (page.unwrap(), trace.unwrap());
    assert!(page.contains("<svg") && page.contains("url_9"));
    assert!(page.len() <= 150_000, "{} bytes", page.len());
    assert!(trace.contains("url_9"));
    fs::remove_file(to_page).unwrap();
    fs::remove_file(to_trace).unwrap();
}

#[test]
fn a_file_that_cannot_be_written_is_reported_before_the_run() {
    for option in ["--timeline", "--trace"] {
        let ran = run(PIPE, &[option, "/nonexistent/file"]).expect_complaint(1);
        assert_eq!(ran.out, "");
        assert!(ran.err.contains("/nonexistent/file"), "{}", ran.err);
    }
}

#[test]
fn many_runs_show_each_order_with_its_count() {
    let ran = run(PIPE, &["--pace", "0", "--runs", "5"]).expect_success();
    assert!(ran.out.starts_with("5 runs, "), "{}", ran.out);
    let times = ran
        .lines()
        .into_iter()
        .filter_map(|line| line.split_once(" x  "));
    let counts = times.map(|(count, order)| {
        assert_eq!(order.len(), 20, "{order}");
        count.trim().parse::<u32>().unwrap()
    });
    assert_eq!(counts.sum::<u32>(), 5);
}

#[test]
fn a_prediction_is_judged_by_what_could_have_been() {
    let mut lesson = Command::new(PIPE)
        .args(["--pace", "0", "--predict"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    lesson
        .stdin
        .take()
        .unwrap()
        .write_all(b"nonsense\na b c d e\n")
        .unwrap();
    let output = lesson.wait_with_output().unwrap();
    let out = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{out}");
    assert!(out.contains("Each of the five letters once"), "{out}");
    // Sorted by text, the receiver's lines come either before or after the sender's.
    let judged = out.contains("cannot come before") || out.contains("Right");
    assert!(judged || out.contains("Yours may be possible"), "{out}");
}

#[test]
fn a_run_that_hangs_is_ended_and_shown() {
    let ran = run(PIPE, &["--pace", "1000", "--limit", "0.1", "--steps"]).expect_complaint(1);
    assert!(ran.err.contains("--limit"), "{}", ran.err);
}

/// A process that ignores SIGCHLD passes this on to the programs that it starts.
#[test]
fn a_lesson_that_is_started_with_children_ignored_sees_the_end_of_its_run() {
    let ignore = "--ignore-signal=CHLD"; // dash, the usual `sh`, cannot do that
    let ran = run("env", &[ignore, PIPE, "--pace", "0", "--lanes"]).expect_success();
    assert!(ran.out.contains("receiver"), "{}", ran.out);
    let words = [ignore, PIPE, "--pace", "1000", "--limit", "0.1", "--steps"];
    let ran = run("env", &words).expect_complaint(1);
    assert!(ran.err.contains("--limit"), "{}", ran.err);
}

#[test]
fn options_that_do_not_go_together_are_refused() {
    for words in [
        &["--runs", "0"][..],
        &["--runs", "2", "--predict"],
        &["--limit", "1"],
        &["--limit", "x", "--lanes"],
    ] {
        let _ran = run(PIPE, words).expect_complaint(2);
    }
}
