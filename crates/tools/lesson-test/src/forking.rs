//! Runs tests that fork, each in a new process with one thread.

use std::env;
use std::fs;
use std::process::{Command, ExitCode};
use std::time::Duration;

use libtest_mimic::{Arguments, Failed, Trial};
use nix::errno::Errno;
use nix::sys::wait::{WaitPidFlag, waitpid};
use nix::unistd::Pid;

use crate::outside::run_within;
use crate::storms::stretched;

/// The environment variable with the name of the test that this process has to run.
const CASE: &str = "LESSON_TEST_CASE";

/// The time limit of a test, unless its list sets another one. Short, because a test often hangs
/// while a body is taken out for an exercise.
const CASE_LIMIT: Duration = Duration::from_secs(10);

/// The name and the body of a test.
pub type Case = (&'static str, fn());

/// The `main` of a test target with `harness = false`: runs each function in a process of its own.
/// The process must succeed within ten seconds and leave no child, descriptor or shared mapping
/// behind.
///
/// ```ignore
/// lesson_test::forking_tests![m01_fork_returns_twice, m03_exit_codes_arrive];
/// ```
///
/// A list that begins with `within SECONDS;` sets another limit for each of its tests. Under
/// `scripts/storms` every limit is twenty times as long.
#[macro_export]
macro_rules! forking_tests {
    (within $seconds:literal; $($case:ident),+ $(,)?) => {
        fn main() -> ::std::process::ExitCode {
            let limit = ::std::time::Duration::from_secs($seconds);
            $crate::run_cases_within(limit, &[$((stringify!($case), $case as fn())),+])
        }
    };
    ($($case:ident),+ $(,)?) => {
        fn main() -> ::std::process::ExitCode {
            $crate::run_cases(&[$((stringify!($case), $case as fn())),+])
        }
    };
}

/// Runs the tests of a [`forking_tests!`](crate::forking_tests) list.
///
/// # Panics
/// In the process of one test, when that test fails.
#[must_use]
pub fn run_cases(cases: &[Case]) -> ExitCode {
    run_cases_within(CASE_LIMIT, cases)
}

/// Runs the tests of a [`forking_tests!`](crate::forking_tests) list, each within `limit`.
///
/// # Panics
/// In the process of one test, when that test fails.
#[must_use]
pub fn run_cases_within(limit: Duration, cases: &[Case]) -> ExitCode {
    if let Ok(name) = env::var(CASE) {
        let case = cases.iter().find(|(case, _)| *case == name);
        let (_, body) = case.expect("the case is in the list");
        run_here(*body);
        return ExitCode::SUCCESS;
    }
    let trials = cases
        .iter()
        .map(|&(name, _)| Trial::test(name, move || run_apart(name, stretched(limit))))
        .collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

/// Starts this program again to run this one test.
fn run_apart(name: &str, limit: Duration) -> Result<(), Failed> {
    let program = env::current_exe()?;
    let ran = run_within(limit, Command::new(program).env(CASE, name));
    if ran.code == Some(0) {
        Ok(())
    } else {
        Err(format!("{ran:#?}").into())
    }
}

fn run_here(body: fn()) {
    let before = Left::count();
    body();
    assert_no_child();
    let after = Left::count();
    assert_eq!(before, after, "left behind (before, after)");
}

/// The resources of a process that a test must not leave behind.
#[derive(Debug, PartialEq, Eq)]
struct Left {
    descriptors: Vec<String>,
    shared_mappings: usize,
}

impl Left {
    fn count() -> Self {
        let here = format!("/proc/{}/fd", std::process::id());
        let descriptors = fs::read_dir("/proc/self/fd").expect("/proc can be read");
        let mut descriptors: Vec<_> = descriptors
            .flatten()
            .filter_map(|entry| fs::read_link(entry.path()).ok())
            .map(|target| target.display().to_string())
            // Without the descriptor that reads this directory.
            .filter(|target| *target != here)
            .collect();
        descriptors.sort();
        let mappings = fs::read_to_string("/proc/self/maps").expect("/proc can be read");
        let shared = |line: &&str| {
            line.split(' ')
                .nth(1)
                .is_some_and(|mode| mode.ends_with('s'))
        };
        Self {
            descriptors,
            shared_mappings: mappings.lines().filter(shared).count(),
        }
    }
}

fn assert_no_child() {
    let any = Some(Pid::from_raw(-1));
    let child = waitpid(any, Some(WaitPidFlag::WNOHANG));
    assert_eq!(child, Err(Errno::ECHILD), "a child was not waited for");
}
