//! `--predict`: the question, and how it ends.

use std::io::Read;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Stdio};

use lesson_test::{run_within, until};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::{LIMIT, cases, command, run};

cases![
    ctrl_c_and_sigterm_end_a_question,
    only_lines_that_can_be_distinguished_are_asked_for,
    an_order_that_can_be_no_other_is_not_asked_for,
    an_answer_without_an_end_takes_no_more_memory_than_a_line,
    nothing_in_a_name_is_obeyed_by_the_terminal,
];

fn ctrl_c_and_sigterm_end_a_question() {
    for signal in [Signal::SIGINT, Signal::SIGTERM] {
        let mut asked = command("prints", &["--pace", "0", "--predict"]);
        let asked = asked.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut asked = asked.spawn().unwrap();
        let mut stdout = asked.stdout.take().unwrap();
        let mut seen = Vec::new();
        while !seen.ends_with(b"\n> ") {
            let mut byte = [0];
            assert_eq!(stdout.read(&mut byte).unwrap(), 1, "{seen:?}");
            seen.extend(byte);
        }
        kill(Pid::from_raw(asked.id().cast_signed()), signal).unwrap();
        until("the question has ended", || {
            asked.try_wait().unwrap().is_some()
        });
        assert_eq!(asked.wait().unwrap().signal(), Some(signal as i32));
    }
}

fn only_lines_that_can_be_distinguished_are_asked_for() {
    let ran = run("prints", &["--predict"]).expect_success();
    let asked = ran
        .lines()
        .into_iter()
        .filter(|line| line.starts_with("  "));
    let asked: Vec<_> = asked.take(5).collect();
    assert_eq!(asked.len(), 5, "{}", ran.out);
    // The question has lines of both lanes.
    for lane in ["A: A prints", "B: B prints"] {
        assert!(asked.iter().any(|line| line.contains(lane)), "{}", ran.out);
    }
    let ran = run("prints lines that look alike", &["--predict"]).expect_success();
    assert!(!ran.out.contains("  A: All alike."), "{}", ran.out);
}

fn an_order_that_can_be_no_other_is_not_asked_for() {
    let ran = run("prints on one lane", &["--predict"]).expect_success();
    assert!(
        ran.out.contains("there is nothing to predict"),
        "{}",
        ran.out
    );
}

fn an_answer_without_an_end_takes_no_more_memory_than_a_line() {
    // A gigabyte of address space for the watcher and for the run.
    let script =
        "ulimit -v 1000000; exec env --default-signal=INT,QUIT \"$0\" --predict </dev/zero";
    let mut asked = Command::new("sh");
    asked
        .args(["-c", script])
        .arg(std::env::current_exe().unwrap());
    let ran = run_within(LIMIT, asked.env("STORY", "prints")).expect_success();
    let asked_again = ran.out.matches("Each of the five letters once").count();
    assert_eq!(asked_again, 3, "{}", ran.out);
}

fn nothing_in_a_name_is_obeyed_by_the_terminal() {
    for words in [
        &["--predict"][..],
        &["--runs", "2"],
        &["--lanes"],
        &["--steps"],
    ] {
        let mut shown = run("has hostile names", words).out;
        // The lines after this one are printed by the run itself.
        if let Some(end) = shown.rfind("\n\nwatched: ") {
            shown.drain(..end);
        }
        let obeyed = |char: char| char.is_control() && char != '\n';
        assert!(!shown.contains(obeyed), "{words:?}: {shown:?}");
        assert!(shown.contains('\u{fffd}'), "{words:?}: {shown}");
    }
}
