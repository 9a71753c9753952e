//! Tests the program `timeline` from outside.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::io::{Seek, SeekFrom, Write};
use std::path::Path;

use lesson_test::{Ran, run};

mod synthetic;

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
fn a_picture_ends_with_the_exit_code_of_the_check() {
    let logs = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/logs");
    let mut codes = Vec::new();
    for file in std::fs::read_dir(logs).unwrap() {
        let path = file.unwrap().path();
        let path = path.to_str().unwrap();
        let code = timeline(&["check", path]).code;
        for format in ["lanes", "steps", "html", "svg", "chrome"] {
            let shown = timeline(&["show", path, "--as", format]);
            assert_eq!(shown.code, code, "{path} as {format}");
        }
        codes.push(code);
    }
    assert!(codes.contains(&Some(0)) && codes.contains(&Some(1)));
}

#[test]
fn a_hole_is_skipped_however_long_it_is() {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("hole.jsonl");
    let whole = std::fs::read_to_string(log("pipe.jsonl")).unwrap();
    // No hole ends at the border of a block: the file system reports only a part of it, or nothing.
    for hole in [100, 5_000, (1 << 40) + 77] {
        let mut file = std::fs::File::create(&path).unwrap();
        let (head, tail) = whole.split_at(whole.find('\n').unwrap() + 1);
        file.write_all(head.as_bytes()).unwrap();
        file.seek(SeekFrom::Current(hole)).unwrap();
        file.write_all(tail.as_bytes()).unwrap();
        for end in ["", "and zeros to the end"] {
            if !end.is_empty() {
                file.set_len(1 << 41).unwrap();
            }
            let checked = timeline(&["check", path.to_str().unwrap()]).expect_success();
            assert!(checked.out.contains("All 10 messages"), "{}", checked.out);
            assert_eq!(
                checked.out.contains("lacks"),
                hole > 511 || !end.is_empty(),
                "{checked:?}"
            );
        }
    }
    std::fs::remove_file(&path).unwrap();
}

/// In a pipe, a hole is zeros that have to be read: the kernel reports no holes in a pipe.
#[test]
fn a_log_that_comes_out_of_a_pipe_is_shown() {
    let script = "(cat \"$1\"; head -c 100000 /dev/zero) | \"$0\" check /dev/stdin";
    let words = [
        "-c",
        script,
        env!("CARGO_BIN_EXE_timeline"),
        &log("pipe.jsonl"),
    ];
    let checked = run("sh", &words).expect_success();
    assert!(checked.out.contains("All 10 messages"), "{}", checked.out);
    assert!(checked.out.contains("lacks"), "{}", checked.out);
}

#[test]
fn output_that_cannot_be_written_is_one_line_and_exit_code_1() {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("output.txt");
    let log = log("pipe.jsonl");
    for words in ["--help", "show \"$1\"", "check \"$1\""] {
        for script in [
            format!("exec \"$0\" {words} >&-"),
            format!("exec \"$0\" {words} >/dev/full"),
            format!("ulimit -f 0; exec \"$0\" {words} >\"$2\""),
        ] {
            let program = env!("CARGO_BIN_EXE_timeline");
            let ran = run(
                "sh",
                &["-c", &script, program, &log, file.to_str().unwrap()],
            );
            let ran = ran.expect_complaint(1);
            let complaint = "timeline: cannot write to standard output";
            assert!(ran.err.starts_with(complaint), "{}", ran.err);
        }
    }
}

/// Input that never ends and is no log must be refused, and not read forever.
#[test]
fn an_endless_file_that_is_no_log_is_refused() {
    let program = env!("CARGO_BIN_EXE_timeline");
    for script in [
        "exec \"$0\" check /dev/zero",
        "exec \"$0\" show /dev/urandom",
        "yes | \"$0\" check /dev/stdin",
        "yes '' | \"$0\" show /dev/stdin",
        "tr '\\0' x </dev/zero | \"$0\" check /dev/stdin",
    ] {
        let ran = run("sh", &["-c", script, program]).expect_complaint(1);
        assert!(ran.err.contains("is an event"), "{script}: {}", ran.err);
    }
}

#[test]
fn a_doubtful_finding_is_a_fault_under_strict() {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("killed-while-it-could-receive.jsonl");
    let lines = [
        "main fork - p -",
        "p start - - 1",
        "main send pipe one -",
        "p recv pipe one 3",
        "main kill - p -",
        "main join - p -",
        "main exit - - -",
    ];
    std::fs::write(&path, synthetic::log(&lines)).unwrap();
    let log = path.to_str().unwrap();
    let usual = timeline(&["check", log]).expect_success();
    let doubt = "p was ended by force while it could still receive from pipe.";
    assert!(usual.out.contains(doubt), "{}", usual.out);
    let strict = timeline(&["check", "--strict", log]).expect_code(1);
    assert!(strict.out.starts_with("WRONG "), "{}", strict.out);
    assert!(strict.out.contains(doubt), "{}", strict.out);
}

#[test]
fn every_format_shows_every_log() {
    let logs = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/logs");
    for file in std::fs::read_dir(logs).unwrap() {
        let path = file.unwrap().path();
        for format in ["html", "svg", "lanes", "steps", "chrome"] {
            let shown = timeline(&["show", path.to_str().unwrap(), "--as", format]);
            assert_eq!(shown.err, "", "{} as {format}", path.display());
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
fn a_wrong_command_line_is_one_line_and_exit_code_2() {
    for words in [
        &[][..],
        &["show"],
        &["look", "x"],
        &["show", "x", "y"],
        &["show", "x", "--as", "pdf"],
        &["check", "x", "--as", "html"],
        &["show", "x", "--strict"],
    ] {
        let _ran = timeline(words).expect_complaint(2);
    }
}

#[test]
fn a_log_that_cannot_be_shown_is_one_line_and_exit_code_1() {
    for file in ["/nonexistent", "/", "/etc/passwd", "/dev/null"] {
        let ran = timeline(&["show", file]).expect_complaint(1);
        assert!(ran.err.contains(file), "{}", ran.err);
    }
    // The name of a file does not steer the terminal either.
    let ran = timeline(&["show", "/none\n\u{1b}[2K"]).expect_complaint(1);
    assert!(!ran.err.contains('\u{1b}'), "{:?}", ran.err);
}

#[test]
fn nothing_in_a_log_steers_the_terminal() {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("steers.jsonl");
    let log = synthetic::log(&["main send pipe one -", "main exit - - -"]);
    let name = r"pipe\u001b[1A\u001b[2K\u009b1A\r\n";
    std::fs::write(&path, log.replace("pipe", name)).unwrap();
    let ran = timeline(&["check", path.to_str().unwrap()]).expect_code(1);
    let is_plain = |char: char| char == '\n' || !char.is_control();
    assert!(ran.out.chars().all(is_plain), "{:?}", ran.out);
    assert_eq!(ran.out.lines().count(), 2, "{}", ran.out);
}
