//! A judge with checks whose bodies try to forge the verdict. The judge is this program, run once more.

use std::env;
use std::io::{self, Read, Write};
use std::os::fd::AsFd;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::time::Duration;

use check::{Check, Fault, Verdict, fault, main as judge};
use lesson_test::run_within;
use nix::sys::wait::waitpid;
use nix::unistd::{ForkResult, dup2_stdout, fork};

/// The environment variable with the number of the check that the judge runs.
const NUMBER: &str = "FORGED";

/// What tries to forge a pass, and the verdict.
const FORGED: [(fn(), Verdict); 4] = [
    (a_child_returns_first, Verdict::Fail),
    (reads_what_the_frame_says, Verdict::Crash),
    (swallows_the_fault, Verdict::Fail),
    (hides_the_fault_in_a_thread, Verdict::GraderError),
];

fn main() -> ExitCode {
    if let Ok(number) = env::var(NUMBER) {
        let (run, _) = FORGED[number.parse::<usize>().expect("a number")];
        let check = Check::new("forged", "it is right", run);
        return judge("judged_forged", &[check.within(Duration::from_secs(20))]);
    }
    for (number, (_, expected)) in FORGED.iter().enumerate() {
        let program = env::current_exe().expect("this program has a path");
        let mut command = std::process::Command::new(program);
        command.arg("--report").env(NUMBER, number.to_string());
        let ran = run_within(Duration::from_secs(60), &mut command);
        let mut outcomes = check::report::parse(&ran.out).expect("a report");
        let outcome = outcomes.pop().expect("a check");
        assert_eq!(outcome.verdict(), *expected, "{number}: {outcome:?}");
    }
    ExitCode::SUCCESS
}

/// The child returns to the frame as if it held, and only then does the check find the fault.
fn a_child_returns_first() {
    // SAFETY: this process has one thread.
    match unsafe { fork() }.expect("a child") {
        ForkResult::Child => (),
        ForkResult::Parent { child } => {
            let _when_it_has_spoken = waitpid(child, None);
            fault("not right");
        }
    }
}

/// A child reads the line with the fault, and says a pass in the same form.
fn reads_what_the_frame_says() {
    let judges = io::stdout().as_fd().try_clone_to_owned();
    let mut judges = io::PipeWriter::from(judges.expect("a copy"));
    let (mut reading, writing) = io::pipe().expect("a pipe");
    // SAFETY: this process has one thread.
    match unsafe { fork() }.expect("a child") {
        ForkResult::Child => {
            drop(writing);
            let mut said = String::new();
            let _until_the_check_ends = reading.read_to_string(&mut said);
            let line = said.lines().find(|line| line.contains("fault"));
            let word = line.unwrap_or_default().replace("fault\tfail", "");
            let _if_it_is_asked = writeln!(judges, "\n{word}pass\n{word}");
            std::process::exit(0);
        }
        ForkResult::Parent { .. } => {
            dup2_stdout(writing).expect("another output");
            fault("not right");
        }
    }
}

/// What a body may do with a function of the check that it is to call.
fn swallows_the_fault() {
    let call = || fault("not right");
    let _swallowed = catch_unwind(AssertUnwindSafe(call));
}

/// The thread that waits for it panics with a text of its own.
fn hides_the_fault_in_a_thread() {
    let call = || Fault::of(Verdict::GraderError, "no memory").raise();
    std::thread::scope(|scope| _ = scope.spawn(call));
}
