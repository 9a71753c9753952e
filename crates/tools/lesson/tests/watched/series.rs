//! `--runs`: many runs of one lesson.

use std::fs::{self, File};
use std::io::Read;
use std::os::unix::process::ExitStatusExt;
use std::process::{ExitStatus, Stdio};

use lesson_test::{children_of, run_within, until};
use nix::pty::openpty;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::{LIMIT, cases, command, command_after, run};

cases![
    ctrl_c_and_sigterm_end_a_series_that_reads_a_long_log,
    ctrl_c_and_sigterm_end_a_picture_that_reads_a_long_log,
    ctrl_c_sigterm_and_a_closed_terminal_end_a_series_and_show_the_orders_so_far,
    under_nohup_runs_go_on_after_their_terminal_is_closed,
    every_run_of_a_series_has_the_signal_mask_of_its_program,
    a_terminal_shows_the_number_of_the_run,
    a_wrong_word_has_its_exit_code_however_the_run_is_watched,
    a_number_that_is_given_twice_is_refused,
];

fn a_number_that_is_given_twice_is_refused() {
    for option in ["--pace", "--seed", "--chaos", "--runs", "--limit"] {
        let ran = run("prints nothing", &[option, "1", option, "2"]).expect_complaint(2);
        let problem = format!("{option} is given twice");
        assert!(ran.err.contains(&problem), "{}", ran.err);
    }
}

fn ctrl_c_sigterm_and_a_closed_terminal_end_a_series_and_show_the_orders_so_far() {
    for signal in [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP] {
        let count = std::env::temp_dir().join(format!("{}-count", std::process::id()));
        let mut series = command("interrupts the watcher", &["--runs", "9"]);
        let series = series.env("COUNT", &count).env("SIGNAL", signal.as_str());
        let ran = run_within(LIMIT, series).expect_code(1);
        fs::remove_file(count).unwrap();
        assert!(ran.out.starts_with("2 runs, one order"), "{}", ran.out);
        assert!(
            ran.out.ends_with("Ended after 2 of 9 runs.\n"),
            "{}",
            ran.out
        );
        assert_eq!(ran.err, "");
    }
}

fn under_nohup_runs_go_on_after_their_terminal_is_closed() {
    for words in [&["--runs", "2"][..], &["--steps"]] {
        let mut watcher = command_after("--ignore-signal=HUP", "loses its terminal", words);
        let _to_the_end = run_within(LIMIT, &mut watcher).expect_success();
    }
}

/// Sends the signal to a watcher while it reads a very long log. Returns the watcher's exit status
/// and its output.
fn signalled_while_it_reads(words: &[&str], signal: Signal) -> (ExitStatus, String) {
    let mark = std::env::temp_dir().join(format!("{}-mark", std::process::id()));
    let mut watcher = command("leaves a log that is long to read", words);
    let watcher = watcher.env("MARK", &mark).stdout(Stdio::piped());
    let mut watcher = watcher.spawn().unwrap();
    until("the log is there", || mark.exists());
    fs::remove_file(mark).unwrap();
    let pid = watcher.id().cast_signed();
    until("the run is over", || children_of(pid).is_empty());
    kill(Pid::from_raw(pid), signal).unwrap();
    until("the watcher has ended", || {
        watcher.try_wait().unwrap().is_some()
    });
    let mut shown = String::new();
    let mut stdout = watcher.stdout.take().unwrap();
    stdout.read_to_string(&mut shown).unwrap();
    (watcher.wait().unwrap(), shown)
}

fn ctrl_c_and_sigterm_end_a_series_that_reads_a_long_log() {
    for signal in [Signal::SIGINT, Signal::SIGTERM] {
        let (status, shown) = signalled_while_it_reads(&["--runs", "9"], signal);
        assert_eq!(status.code(), Some(1));
        assert_eq!(shown, "Ended after 0 of 9 runs.\n");
    }
}

fn ctrl_c_and_sigterm_end_a_picture_that_reads_a_long_log() {
    for signal in [Signal::SIGINT, Signal::SIGTERM] {
        let (status, shown) = signalled_while_it_reads(&["--lanes"], signal);
        assert_eq!(status.signal(), Some(signal as i32));
        assert_eq!(shown, "");
    }
}

fn every_run_of_a_series_has_the_signal_mask_of_its_program() {
    let _right = run("has the mask of its program", &["--runs", "3"]).expect_success();
    let _right = run("has the mask of its program", &["--lanes"]).expect_success();
}

fn a_terminal_shows_the_number_of_the_run() {
    let terminal = openpty(None, None).unwrap();
    let mut lesson = command("prints", &["--pace", "0", "--runs", "2"]);
    let mut series = lesson.stderr(terminal.slave).spawn().unwrap();
    // `lesson` holds the terminal's other end open, and reading could not end.
    drop(lesson);
    until("the series is over", || {
        series.try_wait().unwrap().is_some()
    });
    // A read returns what is in one of the terminal's buffers, and an error at the end.
    let mut seen = Vec::new();
    let _end = File::from(terminal.master).read_to_end(&mut seen);
    let seen = String::from_utf8_lossy(&seen);
    assert!(
        seen.contains("run 1 of 2") && seen.contains("run 2 of 2"),
        "{seen:?}"
    );
}

fn a_wrong_word_has_its_exit_code_however_the_run_is_watched() {
    for words in [&[][..], &["--lanes"], &["--runs", "3"]] {
        let ran = run("is given a wrong word", words).expect_code(2);
        assert!(ran.err.contains("no; --help lists the words"), "{ran:?}");
        assert_eq!(ran.err.lines().count(), 1, "{ran:?}");
    }
}
