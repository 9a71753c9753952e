//! The programs of the lesson, from outside.

use lesson_test::run;

const PIPE: &str = env!("CARGO_BIN_EXE_ipc-pipe");
const SYSCALLS: &str = env!("CARGO_BIN_EXE_pipe-syscalls");
const TINY: &str = env!("CARGO_BIN_EXE_tiny-pipe");

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
    for (program, words) in [PIPE, SYSCALLS, TINY]
        .iter()
        .flat_map(|p| paces.map(|w| (p, w)))
    {
        let ran = run(program, words).expect_success();
        let lines = ran.lines();
        assert_eq!(lines.len(), 20, "{ran:?}");
        assert_eq!(urls(&lines, "send"), expected);
        assert_eq!(urls(&lines, "recv"), expected);
    }
}

#[test]
fn a_wrong_command_line_is_one_line_and_exit_code_2() {
    let ran = run(PIPE, &["--pace", "fast"]).expect_complaint(2);
    assert_eq!(ran.out, "");
}
