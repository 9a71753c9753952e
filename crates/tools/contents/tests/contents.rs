//! Tests the list of the course from outside.

use lesson_test::run;

const CONTENTS: &str = env!("CARGO_BIN_EXE_contents");

#[test]
fn every_lesson_is_listed_in_the_order_of_the_notes_within_80_columns() {
    let ran = run(CONTENTS, &[]).expect_success();
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
    let ran = run(CONTENTS, &["ipc-pipe"]).expect_success();
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
fn a_lesson_lists_the_files_of_its_first_reading_with_their_lines() {
    let ran = run(CONTENTS, &["distributed"]).expect_success();
    let lines = ran.lines();
    let all: Option<usize> = lines.iter().find_map(|line| {
        let lines = line.strip_prefix("Read it, ")?;
        lines.strip_suffix(" lines in this order:")?.parse().ok()
    });
    let file = |line: &&str| {
        let (lines, file) = line.trim().split_once("  crates/")?;
        let lines: usize = lines.parse().ok()?;
        Some((lines, format!("crates/{file}")))
    };
    let files: Vec<_> = lines.iter().filter_map(file).collect();
    assert_eq!(
        all,
        Some(files.iter().map(|(lines, _)| lines).sum()),
        "{ran:#?}"
    );
    assert_eq!(files[0].1, "crates/lessons/distributed/src/main.rs");
    assert!(lines.iter().all(|line| line.len() <= 80), "{ran:#?}");
}

/// The lessons that are listed; if there is only one, the lesson whose programs are shown.
fn lessons_found(word: &str) -> Vec<String> {
    let ran = run(CONTENTS, &[word]).expect_success();
    let mut names: Vec<_> = ran
        .lines()
        .iter()
        .filter_map(|line| line.trim().strip_prefix("cargo run -p "))
        .filter_map(|rest| rest.split(' ').next().map(str::to_owned))
        .collect();
    names.dedup();
    names
}

#[test]
fn a_lesson_is_found_by_its_section_and_by_a_part_of_a_name() {
    for (word, lessons) in [
        ("1.4.2", &["ipc-pipe"][..]),
        ("1.2", &["multiprocess"]),
        ("2.1.2", &["threads"]),
        ("1.4", &["ipc-shared", "ipc-queue", "ipc-pipe"]),
        ("2", &["threads", "sync"]),
        ("pipe", &["ipc-pipe"]),
        ("Pipe", &["ipc-pipe"]),
        ("ipc", &["ipc-shared", "ipc-queue", "ipc-pipe"]),
        ("zygote", &["multiprocess"]),
        ("rlock", &["sync"]),
        ("scheduler", &["distributed"]),
        // The exact name of a lesson means that lesson alone, even if other names contain it.
        ("pool", &["pool"]),
    ] {
        assert_eq!(lessons_found(word), lessons, "{word}");
    }
}

#[test]
fn a_name_that_is_not_found_is_one_line_with_a_suggestion_and_exit_code_2() {
    for (word, hint) in [
        ("ipc-pip3", "'ipc-pipe'"),
        ("thread-quee", "'thread-queue'"),
        ("1.9", "`cargo run`"),
        ("", "`cargo run`"),
        ("no such thing", "`cargo run`"),
    ] {
        let ran = run(CONTENTS, &[word]).expect_complaint(2);
        assert_eq!(ran.out, "");
        assert!(ran.err.contains(hint), "{ran:#?}");
    }
    let _complains = run(CONTENTS, &["one", "two"]).expect_complaint(2);
    let _complains = run(CONTENTS, &["--bogus"]).expect_complaint(2);
}

#[test]
fn the_help_shows_how_to_ask() {
    let ran = run(CONTENTS, &["--help"]).expect_success();
    assert!(ran.out.contains("cargo run -- 1.4.2"), "{ran:#?}");
}

#[test]
fn output_that_cannot_be_written_is_one_line_and_exit_code_1() {
    for words in ["", "--help", "ipc-pipe"] {
        for stdout in [">&-", ">/dev/full"] {
            let ran = run("sh", &["-c", &format!("exec {CONTENTS} {words} {stdout}")]);
            let ran = ran.expect_complaint(1);
            let complaint = "contents: cannot write to standard output";
            assert!(ran.err.starts_with(complaint), "{}", ran.err);
        }
    }
}
