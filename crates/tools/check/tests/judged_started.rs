//! A judge that is started in an unusual way. The judge is this program, run once more.

use std::env;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, ExitCode};
use std::time::Duration;

use check::report::Outcome;
use check::{Check, Program, Verdict, main as judge};
use lesson_test::{Folder, run_within};
use nix::unistd::Uid;

/// Runs a program without what lets root inspect every process and read every file.
const AS_A_USER: [&str; 2] = [
    "--bounding-set",
    "-sys_ptrace,-dac_override,-dac_read_search",
];

fn main() -> ExitCode {
    if env::args().nth(1).is_some() {
        let fails = || {
            _ = Program::new("p", "false", "/bin/false")
                .bare()
                .run()
                .expect_code(0)
        };
        return judge(
            "judged_started",
            &[Check::new("fails", "it succeeds", fails)],
        );
    }
    let program = env::current_exe().expect("this program has a path");
    let mut ignoring = Command::new("env");
    let outcome = outcome_of(ignoring.arg("--ignore-signal=CHLD").arg(&program));
    assert_eq!(outcome.verdict(), Verdict::Fail, "{outcome:?}");

    // The kernel shows nothing of a process whose program its user may not read.
    let folder = Folder::new();
    let hidden = folder.path("hidden");
    fs::copy(&program, &hidden).expect("a copy");
    fs::set_permissions(&hidden, Permissions::from_mode(0o111)).expect("it is ours");
    let mut started = Command::new(&hidden);
    if Uid::effective().is_root() {
        started = Command::new("setpriv");
        started.args(AS_A_USER).arg(&hidden);
        let tried = Command::new("setpriv").args(AS_A_USER).arg("true").status();
        if !tried.is_ok_and(|status| status.success()) {
            common::complain("NOT RUN: setpriv cannot take rights from root here");
            return ExitCode::SUCCESS;
        }
    }
    let outcome = outcome_of(&mut started);
    assert_eq!(outcome.verdict(), Verdict::GraderError, "{outcome:?}");
    let text = outcome.fault.expect("a fault").said.concat();
    assert!(text.contains("kernel.yama.ptrace_scope"), "{text}");
    ExitCode::SUCCESS
}

fn outcome_of(command: &mut Command) -> Outcome {
    let ran = run_within(Duration::from_secs(60), command.arg("--report"));
    let mut outcomes = check::report::parse(&ran.out).expect("a report");
    outcomes.pop().expect("a check")
}
