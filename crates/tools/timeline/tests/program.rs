//! The program `timeline`, from outside.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::path::Path;

use lesson_test::{Ran, run};

fn timeline(words: &[&str]) -> Ran {
    run(env!("CARGO_BIN_EXE_timeline"), words)
}

fn log(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/logs");
    path.join(name).to_str().unwrap().to_owned()
}

#[test]
fn a_check_of_a_run_that_was_right_ends_with_0_and_of_a_wrong_one_with_1() {
    let right = timeline(&["check", &log("pipe.jsonl")]).expect_success();
    assert!(
        right
            .out
            .starts_with("ok     All 10 messages sent into pipe"),
        "{}",
        right.out
    );
    let wrong = timeline(&["check", &log("deadlock.jsonl")]).expect_code(1);
    assert_eq!(wrong.err, "");
    assert!(
        wrong
            .out
            .starts_with("WRONG  Deadlock: Thread_2 waits for A"),
        "{}",
        wrong.out
    );
}

#[test]
fn every_format_shows_every_log() {
    let logs = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/logs");
    for file in std::fs::read_dir(logs).unwrap() {
        let path = file.unwrap().path();
        for format in [
            "html", "svg", "lanes", "steps", "chrome", "shiviz", "mermaid",
        ] {
            let shown = timeline(&["show", path.to_str().unwrap(), "--as", format]);
            let shown = shown.expect_success();
            assert!(
                shown.out.len() > 100,
                "{} as {format}: {}",
                path.display(),
                shown.out
            );
        }
    }
}

#[test]
fn a_wrong_command_line_is_told_in_one_line() {
    for words in [
        &[][..],
        &["show"],
        &["look", "x"],
        &["show", "x", "y"],
        &["show", "x", "--as", "pdf"],
        &["check", "x", "--as", "html"],
    ] {
        let _told = timeline(words).expect_complaint(2);
    }
}

#[test]
fn a_log_that_cannot_be_shown_is_told_in_one_line() {
    for file in ["/nonexistent", "/", "/etc/passwd", "/dev/null"] {
        let told = timeline(&["show", file]).expect_complaint(1);
        assert!(told.err.contains(file), "{}", told.err);
    }
}
