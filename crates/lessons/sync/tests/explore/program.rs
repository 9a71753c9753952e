//! `--bin explore`, from outside.

use std::ffi::OsStr;
use std::fs::File;
use std::os::unix::ffi::OsStrExt;
use std::process::Command;

use lesson_test::{Ran, run};

const EXPLORE: &str = env!("CARGO_BIN_EXE_explore");

#[track_caller]
fn explore(words: &[&str], code: i32) -> Ran {
    let ran = run(EXPLORE, words);
    assert_eq!(ran.code, Some(code), "{ran:#?}");
    ran
}

/// The schedule that the program prints for a replay.
fn schedule(ran: &Ran) -> &str {
    let (_, schedule) = ran.out.rsplit_once("--schedule ").expect("it is told");
    schedule.trim_end()
}

#[test]
fn without_a_name_it_shows_the_lost_update_and_its_schedule_shows_it_again() {
    let found = explore(&[], 1);
    assert!(found.out.contains("│ reads number = 0"), "{found:#?}");
    let again = explore(&["--schedule", schedule(&found)], 1);
    assert_eq!(schedule(&again), schedule(&found));
}

#[test]
fn a_right_story_ends_with_0_when_there_is_no_schedule_left() {
    let ran = explore(&["counter"], 0);
    assert!(ran.out.contains("all there are"), "{ran:#?}");
    assert!(ran.out.ends_with("No fault.\n"), "{ran:#?}");
}

/// The fault of one schedule is not the fault of another.
#[test]
fn a_schedule_without_the_fault_ends_with_0() {
    explore(&["lost-update", "--schedule", "0x3,1x9,2x9"], 0);
}

#[test]
fn a_wrong_name_option_or_schedule_is_one_line_and_exit_code_2() {
    for (words, expected) in [
        (&["lost"][..], "lost-update"),
        (&["--shedule", "0x1"], "[--schedule TURNS]"),
        (&["lost-update", "--schedule", "0x1,two"], "'two'"),
        (
            &["lost-update", "--schedule", "0x99999999999"],
            "'0x99999999999'",
        ),
        // Each part is short enough, and all together are not.
        (&["lost-update", "--schedule", "0x99999,1x2"], "'1x2'"),
        (&["lost-update", "0x1", "2", "3"], "nothing more"),
    ] {
        let ran = explore(words, 2);
        assert_eq!(ran.out.lines().count(), 1, "{ran:#?}");
        assert!(ran.out.contains(expected), "{ran:#?}");
    }
}

#[test]
fn a_result_that_cannot_be_printed_is_a_failure_with_a_complaint() {
    let full = File::options().write(true).open("/dev/full").unwrap();
    let mut program = Command::new(EXPLORE);
    let ran = program.arg("counter").stdout(full).output().unwrap();
    let err = String::from_utf8(ran.stderr).unwrap();
    assert_eq!(ran.status.code(), Some(1), "{err}");
    assert_eq!(err.lines().count(), 1, "{err}");
    assert!(err.contains("No space left"), "{err}");
}

#[test]
fn a_name_that_is_no_text_is_a_wrong_name() {
    let mut program = Command::new(EXPLORE);
    let ran = program.arg(OsStr::from_bytes(b"\xff")).output().unwrap();
    assert_eq!(ran.status.code(), Some(2), "{ran:?}");
    assert_eq!(ran.stderr, b"");
}
