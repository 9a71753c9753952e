//! The programs of the lesson, from outside.

use std::fs;
use std::path::Path;

use lesson_test::{run, run_recorded};

const PROCESS: &str = env!("CARGO_BIN_EXE_multiprocess");
const FORK: &str = env!("CARGO_BIN_EXE_fork");
const RIGHT: [&str; 3] = [PROCESS, FORK, env!("CARGO_BIN_EXE_process-syscalls")];

/// Removes the process ids in brackets, which are different in each run.
fn without_pids(line: &str) -> String {
    let mut inside = false;
    let keep = |char: &char| {
        let hidden = inside && char.is_ascii_digit();
        inside = (inside && hidden) || *char == '(';
        !hidden
    };
    line.chars().filter(keep).collect()
}

#[test]
fn fork_prints_the_lines_of_the_notes() {
    let ran = run(FORK, &[]).expect_success();
    let mut lines: Vec<String> = ran.out.lines().map(without_pids).collect();
    assert_eq!(lines.remove(0), "current Process () start ...");
    // Either of the two lines may come first (B5).
    lines.sort();
    assert_eq!(
        lines,
        [
            "I () created a child process ().",
            "I am child process() and my parent process is ()"
        ]
    );
}

#[test]
fn the_log_of_a_bare_program_knows_its_children() {
    for (program, children) in [
        (FORK, "ok     The one that was started was waited for."),
        (RIGHT[2], "ok     All 5 that were started were waited for."),
    ] {
        let (_, log) = run_recorded(program);
        let run = timeline::Run::read(log.join("\n").as_bytes()).expect("it is a log");
        let findings: Vec<_> = run.check().iter().map(ToString::to_string).collect();
        assert!(findings.iter().any(|one| one == children), "{findings:?}");
    }
}

/// A process that ignores SIGCHLD passes this on to the programs that it starts.
#[test]
fn a_program_that_is_started_with_children_ignored_can_wait_for_its_fork() {
    for program in RIGHT {
        let ran = run("env", &["--ignore-signal=CHLD", program]).expect_success();
        assert_eq!(ran.lines().len(), run(program, &[]).lines().len());
    }
}

#[test]
fn the_process_of_one_file_returns_each_result_to_the_parent() {
    let ran = run(env!("CARGO_BIN_EXE_tiny-process"), &[]).expect_success();
    let lines: Vec<String> = ran.out.lines().map(without_pids).collect();
    let results = (1..=5).map(|number| format!("{number} * {number} = {} by ()", number * number));
    let lines_expected: Vec<_> = results.chain(["Process end.".to_owned()]).collect();
    assert_eq!(lines, lines_expected);
}

/// Row M16, with the lines of the notes.
#[test]
fn m16_the_end_is_printed_after_every_child() {
    for program in [PROCESS, RIGHT[2]] {
        let ran = run(program, &[]).expect_success();
        let lines = ran.lines();
        assert!(lines[0].starts_with("Parent Process "), "{lines:?}");
        assert_eq!(lines.last(), Some(&"Process end."));
        let starts = lines.iter().filter(|&&line| line == "Process will start");
        assert_eq!(starts.count(), 5);
        for number in 0..5 {
            let child = format!("Child process {number} () Running...");
            let count = lines.iter().filter(|line| without_pids(line) == child);
            assert_eq!(count.count(), 1, "{lines:?}");
        }
    }
}

#[test]
fn chaos_changes_no_more_than_the_order() {
    for seed in 0..10 {
        let ran = run(PROCESS, &["--chaos", &seed.to_string()]).expect_success();
        assert_eq!(ran.lines().len(), 12, "{ran:?}");
    }
}

#[test]
fn a_wrong_command_line_is_one_line_and_exit_code_2() {
    let goes_on = env!("CARGO_BIN_EXE_fork-goes-on");
    let last_joined = env!("CARGO_BIN_EXE_process-last-joined");
    for (program, words) in [
        (PROCESS, &["--bogus"][..]),
        (PROCESS, &["--pace", "x"]),
        (PROCESS, &["--pace", "-1"]),
        (PROCESS, &["--seed"]),
        (PROCESS, &["word"]),
        (goes_on, &["9"]),
        (last_joined, &["0:256"]),
        (last_joined, &["0:SIGSTOP"]),
    ] {
        let ran = run(program, words).expect_complaint(2);
        assert_eq!(ran.out, "");
        assert!(ran.err.contains("--help"), "{ran:?}");
    }
}

#[test]
fn help_names_the_command_and_every_option() {
    let help = run(FORK, &["--help"]).expect_success().out;
    assert!(
        help.contains("cargo run -p multiprocess --bin fork"),
        "{help}"
    );
    for option in ["--pace", "--seed", "--chaos", "--record", "--help"] {
        assert!(help.contains(option), "{help}");
    }
}

#[test]
fn a_zygote_forks_for_a_program_with_threads() {
    let zygote = env!("CARGO_BIN_EXE_zygote");
    let lines = run(zygote, &[]).expect_success().out;
    for part in [
        "20 children, copies of the large program: ",
        "20 children, copies of the zygote: ",
        "cannot start a process: 2 threads run",
        "The zygote: 49",
    ] {
        assert!(lines.contains(part), "{lines}");
    }
}

#[test]
fn a_log_at_the_limit_on_the_size_of_files_is_one_line_and_exit_code_1() {
    let log = Path::new(env!("CARGO_TARGET_TMPDIR")).join("too-long.log");
    let script = format!(
        "ulimit -f 1; exec {PROCESS} --pace 0 --record {}",
        log.display()
    );
    let ran = run("sh", &["-c", &script]).expect_complaint(1);
    assert!(ran.err.contains("File too large"), "{ran:?}");
    assert!(fs::metadata(log).expect("it was made").len() <= 1024);
}

#[test]
fn a_file_on_standard_output_at_the_limit_is_one_line_and_exit_code_1() {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("too-long.txt");
    let file = file.to_str().expect("a path of ours");
    for words in ["", "--help"] {
        let script = format!("ulimit -f 0; exec {PROCESS} --pace 0 {words} >{file}");
        let ran = run("sh", &["-c", &script]).expect_complaint(1);
        assert!(ran.err.contains("File too large"), "{words}: {ran:?}");
    }
}

#[test]
fn a_closed_standard_output_is_one_line_and_exit_code_1() {
    for words in [
        "",
        "--help",
        "--lanes",
        "--steps",
        "--runs 1",
        "--predict",
        "--trace /dev/stderr",
    ] {
        let script = format!("exec {PROCESS} --pace 0 {words} >&-");
        let ran = run("sh", &["-c", &script]).expect_complaint(1);
        assert!(ran.err.contains("standard output"), "{words}: {ran:?}");
    }
}

/// The last of these programs also prints with std's own functions.
#[test]
fn a_reader_that_has_gone_ends_no_program() {
    for program in [FORK, RIGHT[2], env!("CARGO_BIN_EXE_fork-doubled-output")] {
        let script = "exec 3>&1; { \"$0\" 2>&3; echo \"code $?\" >&3; } | exec 1>&-";
        let ran = run("sh", &["-c", script, program]).expect_success();
        assert_eq!(ran.out, "code 0\n");
    }
}

#[test]
fn output_that_no_process_can_write_is_exit_code_1() {
    for program in [
        FORK,
        RIGHT[2],
        env!("CARGO_BIN_EXE_tiny-process"),
        env!("CARGO_BIN_EXE_fork-doubled-output"),
    ] {
        let script = "exec \"$0\" --pace 0 >/dev/full";
        let ran = run("sh", &["-c", script, program]).expect_code(1);
        assert!(ran.err.contains("No space left"), "{ran:?}");
        assert!(!ran.err.contains("panicked"), "{ran:?}");
    }
}
