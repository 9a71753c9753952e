//! Runs one check once more, recorded, for a picture: a check that calls the student's function itself has
//! recorded nothing when it found the fault.

use std::env;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, ExitCode, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use lesson::family::kill_all;
use nix::sys::prctl::set_child_subreaper;

use crate::running::Log;

/// The argument with which the check whose name comes next runs once more, recorded, and its log is printed.
/// The exit code, 0 if it holds this time, and the log prove nothing: a student's code may have made both.
pub const RECORDED: &str = "--recorded";

/// How long the check may run. It may be one that never ends.
const LIMIT: Duration = Duration::from_secs(10);
/// A check that polls or works without an end is ended when its log has this size.
const MOST_BYTES: u64 = 32 << 20;

/// Runs the check of this name in a process of its own, and prints its log. The exit code is 0 if the check
/// holds this time.
pub(crate) fn print_log(name: &str, slowness: f64) -> ExitCode {
    let _for_what_it_leaves = set_child_subreaper(true);
    let log = Log::new();
    let Ok(program) = env::current_exe() else {
        return ExitCode::from(2);
    };
    let mut command = Command::new(program);
    command.args([RECORDED, name]).arg(log.path());
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let Ok(mut child) = command.spawn() else {
        return ExitCode::from(2);
    };
    let holds = holds_in_time(&mut child, log.path(), LIMIT.mul_f64(slowness));
    let _what_it_has_left = kill_all(|_| ());
    let _reaped_already = child.wait();
    match common::print_text(&log.text()) {
        Ok(()) => ExitCode::from(u8::from(!holds)),
        Err(_) => ExitCode::from(2),
    }
}

fn holds_in_time(child: &mut Child, log: &Path, limit: Duration) -> bool {
    let begun = Instant::now();
    while begun.elapsed() < limit {
        match child.try_wait() {
            Ok(None) => thread::sleep(Duration::from_millis(5)),
            Ok(Some(status)) => return status.success(),
            Err(_) => return false,
        }
        if fs::metadata(log).is_ok_and(|log| log.len() > MOST_BYTES) {
            break;
        }
    }
    false
}
