//! A judge that is started in an unusual way. The judge is this program, run once more.

use std::env;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode};
use std::time::Duration;

use check::report::Outcome;
use check::{Check, Program, Verdict, main as judge};
use lesson_test::{Folder, run_within};
use nix::unistd::Uid;

/// A user that is not root; root can inspect every process.
const NOBODY: u32 = 65534;

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
    let outcome = outcome_of(&mut Command::new(&hidden));
    assert_eq!(outcome.verdict(), Verdict::GraderError, "{outcome:?}");
    let text = outcome.fault.expect("a fault").said.concat();
    assert!(text.contains("kernel.yama.ptrace_scope"), "{text}");
    ExitCode::SUCCESS
}

fn outcome_of(command: &mut Command) -> Outcome {
    command.arg("--report");
    if Uid::effective().is_root() {
        command.uid(NOBODY).gid(NOBODY);
    }
    let ran = run_within(Duration::from_secs(60), command);
    let mut outcomes = check::report::parse(&ran.out).expect("a report");
    outcomes.pop().expect("a check")
}
