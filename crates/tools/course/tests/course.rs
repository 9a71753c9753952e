//! The list of the course, from outside.

use lesson_test::run;

const COURSE: &str = env!("CARGO_BIN_EXE_course");

#[test]
fn every_lesson_is_listed_in_the_order_of_the_notes_within_80_columns() {
    let ran = run(COURSE, &[]).expect_success();
    let lessons = ran.lines().into_iter().filter_map(|line| {
        let command = line.trim().strip_prefix("cargo run -p ")?;
        command.split_once(' ').map(|(name, _)| name)
    });
    let expected = [
        "multiprocess",
        "pool",
        "ipc-shared",
        "ipc-queue",
        "ipc-pipe",
        "threads",
        "sync",
        "coroutines",
        "distributed",
    ];
    assert!(lessons.eq(expected), "{ran:#?}");
    assert!(ran.lines().iter().all(|line| line.len() <= 80), "{ran:#?}");
}

#[test]
fn a_lesson_lists_its_programs_right_and_wrong() {
    let ran = run(COURSE, &["ipc-pipe"]).expect_success();
    for program in ["ipc-pipe", "pipe-syscalls", "pipe-lost-message"] {
        let command = format!("cargo run -p ipc-pipe --bin {program}");
        assert!(
            ran.lines().iter().any(|line| line.trim() == command),
            "{ran:#?}"
        );
    }
    assert!(ran.out.contains("Mistake B22"), "{ran:#?}");
}

#[test]
fn an_unknown_lesson_is_one_line_that_names_the_known_ones() {
    let ran = run(COURSE, &["ipc-pip"]).expect_complaint(1);
    assert!(ran.err.contains("ipc-pipe"), "{ran:#?}");
    let _complains = run(COURSE, &["one", "two"]).expect_complaint(2);
}
