//! `--runs`: many runs of one lesson.

use std::fs::{self, File};
use std::io::Read;
use std::process::Stdio;

use lesson_test::{run_within, until};
use nix::pty::openpty;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::{LIMIT, cases, command, told};

cases![
    ctrl_c_ends_a_series_that_reads_a_long_log,
    ctrl_c_ends_a_series_and_shows_the_orders_so_far,
    every_run_of_a_series_has_the_signal_mask_of_its_program,
    a_terminal_is_told_which_run_it_is,
];

fn ctrl_c_ends_a_series_and_shows_the_orders_so_far() {
    let count = std::env::temp_dir().join(format!("{}-count", std::process::id()));
    let mut series = command("interrupts the watcher", &["--runs", "9"]);
    let ran = run_within(LIMIT, series.env("COUNT", &count)).expect_code(1);
    fs::remove_file(count).unwrap();
    assert!(ran.out.starts_with("2 runs, one order"), "{}", ran.out);
    assert!(
        ran.out.ends_with("Ended after 2 of 9 runs.\n"),
        "{}",
        ran.out
    );
    assert_eq!(ran.err, "");
}

fn ctrl_c_ends_a_series_that_reads_a_long_log() {
    let mark = std::env::temp_dir().join(format!("{}-mark", std::process::id()));
    let mut series = command("leaves a log that is long to read", &["--runs", "9"]);
    let series = series.env("MARK", &mark).stdout(Stdio::piped());
    let mut series = series.spawn().unwrap();
    until("the log is there", || mark.exists());
    fs::remove_file(mark).unwrap();
    let watcher = series.id().cast_signed();
    until("the run is over", || children_of(watcher) == 0);
    kill(Pid::from_raw(watcher), Signal::SIGINT).unwrap();
    until("the series is over", || {
        series.try_wait().unwrap().is_some()
    });
    assert_eq!(series.wait().unwrap().code(), Some(1));
    let mut shown = String::new();
    let mut stdout = series.stdout.take().unwrap();
    stdout.read_to_string(&mut shown).unwrap();
    assert_eq!(shown, "Ended after 0 of 9 runs.\n");
}

/// How many children a process has.
fn children_of(pid: i32) -> usize {
    let parents = fs::read_dir("/proc")
        .unwrap()
        .flatten()
        .filter_map(|entry| {
            let stat = fs::read_to_string(entry.path().join("stat")).ok()?;
            let (_, fields) = stat.rsplit_once(')')?;
            fields.split_whitespace().nth(1)?.parse::<i32>().ok()
        });
    parents.filter(|parent| *parent == pid).count()
}

fn every_run_of_a_series_has_the_signal_mask_of_its_program() {
    let _right = told("has the mask of its program", &["--runs", "3"]).expect_success();
    let _right = told("has the mask of its program", &["--lanes"]).expect_success();
}

fn a_terminal_is_told_which_run_it_is() {
    let terminal = openpty(None, None).unwrap();
    let mut lesson = command("prints", &["--pace", "0", "--runs", "2"]);
    let mut series = lesson.stderr(terminal.slave).spawn().unwrap();
    // With it, its hold of the terminal: then reading ends.
    drop(lesson);
    until("the series is over", || {
        series.try_wait().unwrap().is_some()
    });
    // A read returns what lies in one of the terminal's buffers, and an error at the end of all.
    let mut seen = Vec::new();
    let _end = File::from(terminal.master).read_to_end(&mut seen);
    let seen = String::from_utf8_lossy(&seen);
    assert!(
        seen.contains("run 1 of 2") && seen.contains("run 2 of 2"),
        "{seen:?}"
    );
}
