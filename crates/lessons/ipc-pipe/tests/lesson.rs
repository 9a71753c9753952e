//! The programs of the lesson, from outside.
#![expect(clippy::unwrap_used, reason = "a test may")]

use lesson_test::run;

const PIPE: &str = env!("CARGO_BIN_EXE_ipc-pipe");
const SYSCALLS: &str = env!("CARGO_BIN_EXE_pipe-syscalls");
const TINY: &str = env!("CARGO_BIN_EXE_tiny-pipe");

/// Returns the words after `send:` or `recv:`, in the order of the lines.
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

/// Returns the findings of `check` for a run of `program`.
fn checked(program: &str) -> Vec<String> {
    let log = std::env::temp_dir().join(format!("lesson-{}.jsonl", std::process::id()));
    let words = ["--pace", "0", "--record", log.to_str().unwrap()];
    let _printed = run(program, &words).expect_success();
    let run = timeline::Run::read(&*std::fs::read(&log).unwrap()).unwrap();
    std::fs::remove_file(log).unwrap();
    let findings = run.check().into_iter();
    findings.map(|finding| finding.to_string()).collect()
}

#[test]
fn the_log_of_a_bare_program_knows_its_messages() {
    let findings = checked(SYSCALLS);
    for sentence in [
        "ok     All 10 messages sent into pipe were received, each once, in order.",
        "ok     All 2 that were started were waited for.",
    ] {
        assert!(findings.iter().any(|one| one == sentence), "{findings:?}");
    }
}

#[test]
fn a_wrong_command_line_is_one_line_and_exit_code_2() {
    let ran = run(PIPE, &["--pace", "fast"]).expect_complaint(2);
    assert_eq!(ran.out, "");
}

#[test]
fn lines_that_the_children_cannot_print_are_exit_code_1() {
    for program in [PIPE, SYSCALLS, TINY] {
        let script = "exec \"$0\" --pace 0 >/dev/full";
        let ran = run("sh", &["-c", script, program]).expect_code(1);
        assert!(ran.err.contains("No space left"), "{ran:?}");
    }
}

#[test]
fn the_bare_program_waits_for_all_its_children_although_one_is_killed() {
    lesson_test::assert_waits_for_all(SYSCALLS, 2);
}
