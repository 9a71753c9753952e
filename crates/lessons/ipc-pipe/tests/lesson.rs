//! The programs of the lesson, from outside.

use lesson_test::run;

const PIPE: &str = env!("CARGO_BIN_EXE_ipc-pipe");
const SYSCALLS: &str = env!("CARGO_BIN_EXE_pipe-syscalls");

/// The words behind `send:` or `recv:`, in the order of the lines.
fn urls<'a>(lines: &[&'a str], verb: &str) -> Vec<&'a str> {
    let words = lines
        .iter()
        .filter_map(|line| line.split_once(&format!(") {verb}: ")));
    words.map(|(_, url)| url).collect()
}

/// Row P10, with the lines of the notes.
#[test]
fn p10_every_url_that_is_sent_is_received_in_order() {
    let expected: Vec<String> = (0..10).map(|number| format!("url_{number}")).collect();
    let paces: [&[&str]; 4] = [
        &["--pace", "0"],
        &["--pace", "0.02", "--seed", "3"],
        &["--pace", "0", "--chaos", "1"],
        &["--pace", "0", "--chaos", "2"],
    ];
    for (program, words) in [PIPE, SYSCALLS].iter().flat_map(|p| paces.map(|w| (p, w))) {
        let ran = run(program, words).expect_success();
        let lines = ran.lines();
        assert_eq!(lines.len(), 20, "{ran:?}");
        assert_eq!(urls(&lines, "send"), expected);
        assert_eq!(urls(&lines, "recv"), expected);
    }
}

#[test]
fn b22_a_killed_receiver_loses_messages() {
    let ran = run(env!("CARGO_BIN_EXE_pipe-lost-message"), &[]).expect_success();
    let lines = ran.lines();
    assert_eq!(urls(&lines, "send").len(), 10);
    assert!(!urls(&lines, "recv").contains(&"url_9"), "{ran:?}");
}

#[test]
fn b23_the_end_never_comes_while_a_copy_of_the_sending_end_is_open() {
    let ran = run(env!("CARGO_BIN_EXE_pipe-forgotten-end"), &[]).expect_success();
    assert_eq!(urls(&ran.lines(), "recv"), ["one", "two", "three"]);
    assert!(
        ran.out.trim_end().ends_with("no message, and no end."),
        "{ran:?}"
    );
}

#[test]
fn b24_two_readers_tear_the_messages() {
    let ran = run(env!("CARGO_BIN_EXE_pipe-two-readers"), &[]).expect_success();
    let words = [
        "one", "two", "three", "four", "five", "six", "seven", "eight",
    ];
    let whole = |line: &&&str| {
        words
            .iter()
            .any(|word| line.ends_with(&format!("\"{word}\"")))
    };
    assert!(
        ran.lines().iter().filter(whole).count() < words.len(),
        "{ran:?}"
    );
}

#[test]
fn a_wrong_command_line_is_one_line_and_exit_code_2() {
    let ran = run(PIPE, &["--pace", "fast"]).expect_complaint(2);
    assert_eq!(ran.out, "");
}
