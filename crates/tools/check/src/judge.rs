//! The judge: runs the checks in their order, each in a process of its own, up to the first fault.
//!
//! The process of a check may run a student's code. So its exit code and its output prove nothing.
//! Its verdict is taken only from lines that begin with a nonce, which the judge sends to the
//! check's frame, and which the frame does not print if the student's code ends the process. There is
//! one for a pass and one for a fault, so that code that reads the line of a fault cannot make the
//! line of a pass from it.

use std::env;
use std::io::{self, Write};
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;
use std::process::{self, ExitCode};
use std::thread;
use std::time::Duration;

use nix::sys::prctl::{set_child_subreaper, set_dumpable, set_name};

use crate::apart::{self, ONE};
use crate::chance::seed;
use crate::fault::{Fault, Verdict, raised};
use crate::nonces::Nonces;
use crate::one_core;
use crate::opened::let_parent_open;
use crate::picture::{RECORDED, print_log};
use crate::recorded;
use crate::report::{ENDED, Outcome, clean};
use crate::shown::{NAP, hidden, nap};

/// The time limit of a check that sets no limit of its own.
const LIMIT: Duration = Duration::from_secs(120);
/// The environment variable by which a grader makes all limits longer, by this factor, on a slow machine.
const SLOWNESS: &str = "CHECK_SLOWNESS";

/// A check: a sentence, and the function that finds out whether it holds.
#[derive(Debug, Clone, Copy)]
pub struct Check {
    name: &'static str,
    holds: &'static str,
    run: fn(),
    limit: Duration,
    is_on_one_core: bool,
}

impl Check {
    /// Creates a check from its name, the sentence that holds of a right answer, and a function
    /// that raises a [`Fault`] or panics when the sentence does not hold.
    #[must_use]
    pub const fn new(name: &'static str, holds: &'static str, run: fn()) -> Self {
        Self {
            name,
            holds,
            run,
            limit: LIMIT,
            is_on_one_core: false,
        }
    }

    /// Sets another limit than two minutes, for a check that calls a student's body in its own
    /// process, where that body may never return.
    #[must_use]
    pub const fn within(self, limit: Duration) -> Self {
        Self { limit, ..self }
    }

    /// Runs the check and all that it starts on one core. Its sentence should say so to the student.
    #[must_use]
    pub const fn on_one_core(self) -> Self {
        Self {
            is_on_one_core: true,
            ..self
        }
    }
}

/// The argument with which the report is written for programs (see [`report`](crate::report)).
const REPORT: &str = "--report";

/// The `main` of the checks of an exercise. Prints for a person, or with `--report` for a program.
/// The exit code is 0 when every check holds, otherwise 1.
#[must_use]
pub fn main(exercise: &str, checks: &[Check]) -> ExitCode {
    common::stop_ignoring_children();
    common::let_writes_fail();
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        [ONE, name] => run_here(checks, name),
        [RECORDED, name] => print_log(name, slowness_here()),
        [RECORDED, name, file] => record(exercise, checks, name, Path::new(file)),
        [NAP] => nap(),
        _ => run_all(exercise, checks, arguments.contains(&REPORT)),
    }
}

/// Runs all checks up to the first fault, and prints their outcomes.
fn run_all(exercise: &str, checks: &[Check], is_report: bool) -> ExitCode {
    // Otherwise a program that runs at the same time could read the memory of this process.
    let _before_anything_else = set_dumpable(false);
    let _for_what_a_check_leaves = set_child_subreaper(true);
    let slowness = slowness_here();
    let mut hidden = hidden();
    let mut is_right = true;
    if !is_report {
        common::print_text(&format!("{exercise} (seed {})\n", seed())).ok();
    }
    for check in checks {
        let fault = match is_right {
            true => hidden
                .take()
                .or_else(|| apart::run(check.name, check.limit.mul_f64(slowness)).err()),
            false => Some(Fault::of(Verdict::NotRun, "")),
        };
        is_right &= fault.is_none();
        let outcome = Outcome {
            name: check.name.to_owned(),
            holds: check.holds.to_owned(),
            fault,
        };
        let text = match is_report {
            true => outcome.lines(),
            false => for_a_person(&outcome),
        };
        if common::print_text(&text).is_err() {
            return ExitCode::FAILURE;
        }
    }
    if is_report && common::print_text(ENDED).is_err() {
        return ExitCode::FAILURE;
    }
    ExitCode::from(u8::from(!is_right))
}

fn slowness_here() -> f64 {
    slowness(env::var(SLOWNESS).ok().as_deref())
}

/// The factor of the limits: from 1, without a setting, to 4.
fn slowness(set: Option<&str>) -> f64 {
    let set = set.and_then(|text| text.parse::<f64>().ok());
    set.filter(|it| !it.is_nan()).unwrap_or(1.0).clamp(1.0, 4.0)
}

/// The `main` of checks that explore, when they are built without `--cfg explore`: prints the
/// command that builds and runs them.
#[must_use]
pub fn only_explored(lesson: &str, exercise: &str) -> ExitCode {
    common::complain(&format!(
        "these checks explore every schedule, for which they are built apart: \
         RUSTFLAGS=\"--cfg explore\" cargo test --profile explore --target-dir target/explore \
         -p {lesson} --test check-{exercise}"
    ));
    ExitCode::FAILURE
}

/// Formats an outcome for a person: a line for a check that holds, a paragraph for one that does not.
#[must_use]
pub fn for_a_person(outcome: &Outcome) -> String {
    let Some(fault) = &outcome.fault else {
        return format!("  ok    {}\n", outcome.holds);
    };
    if fault.verdict == Verdict::NotRun {
        return format!("  -     {}\n", outcome.holds);
    }
    let word = match fault.verdict {
        Verdict::Fail => String::new(),
        verdict => format!(" ({verdict})"),
    };
    let mut text = format!("  WRONG {}{word}\n", outcome.holds);
    for line in &fault.said {
        text += &format!("        {}\n", clean(line));
    }
    if let Some(again) = &fault.again {
        text += &format!("        To see it: {again}\n");
    }
    text
}

/// Runs one check, in its own process.
fn run_here(checks: &[Check], name: &str) -> ExitCode {
    // No process that this one starts may read its memory, where the nonce is. The judge opens it when
    // it accepts no verdict any more. If that fails, less can be found out about why the check hangs.
    let _before_anything_else = set_dumpable(false);
    let _for_a_look = let_parent_open();
    // Reports about this process show this name instead of the name of a file.
    let _for_a_reader = set_name(c"check");
    let Some(check) = checks.iter().find(|check| check.name == name) else {
        return ExitCode::from(2);
    };
    let Some(nonces) = Nonces::read() else {
        return ExitCode::from(2);
    };
    let Some(found) = tried(check) else {
        return ExitCode::from(2);
    };
    let fault = match found {
        // The student's code may have caught the panic of a fault in a function that it was to call.
        Ok(()) => raised(),
        Err(payload) => Some(fault_of(payload.as_ref())),
    };
    // The student's code may have printed a line without its end.
    let text = format!("\n{}", nonces.said(fault));
    match io::stdout().write_all(text.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::from(2),
    }
}

/// Runs one check in its own process, recorded in a file. The exit code is 0 if it holds.
fn record(exercise: &str, checks: &[Check], name: &str, file: &Path) -> ExitCode {
    let Some(check) = checks.iter().find(|check| check.name == name) else {
        return ExitCode::from(2);
    };
    if let Err(error) = recorded::begin_in(exercise, file) {
        common::complain(&error);
        return ExitCode::from(2);
    }
    let Some(found) = tried(check) else {
        return ExitCode::from(2);
    };
    let _no_matter = common::end();
    ExitCode::from(u8::from(found.is_err() || raised().is_some()))
}

/// Runs a check here, and returns how it has ended; `None` in a child that the student's code has forked:
/// it may return here too, after a try of its own.
fn tried(check: &Check) -> Option<thread::Result<()>> {
    let its_process = process::id();
    let _for_what_a_run_leaves = set_child_subreaper(true);
    if check.is_on_one_core {
        let _or_on_all = one_core::bind();
    }
    let found = panic::catch_unwind(AssertUnwindSafe(check.run));
    (process::id() == its_process).then_some(found)
}

fn fault_of(payload: &(dyn std::any::Any + Send)) -> Fault {
    if let Some(fault) = payload.downcast_ref::<Fault>() {
        return fault.clone();
    }
    // A thread of the check may have raised it, of whose panic only the end of the thread is left.
    if let Some(fault) = raised() {
        return fault;
    }
    let text = payload
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned());
    let text = text.or_else(|| payload.downcast_ref::<String>().cloned());
    Fault::new(plain(text.as_deref().unwrap_or("a panic without words")))
}

/// Rewrites the text of a failed `assert_eq!` for a student: the message, the actual value and the
/// expected value.
pub(crate) fn plain(text: &str) -> String {
    let Some(rest) = text.strip_prefix("assertion `left == right` failed: ") else {
        return text.to_owned();
    };
    rest.replace("\n  left: ", "\n  it is:    ")
        .replace("\n right: ", "\n  expected: ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_assertion_is_reported_in_plain_words() {
        let payload = std::panic::catch_unwind(|| assert_eq!(1 + 1, 3, "one and one")).unwrap_err();
        let text = payload.downcast_ref::<String>().unwrap();
        assert_eq!(plain(text), "one and one\n  it is:    2\n  expected: 3");
        assert_eq!(plain("other words"), "other words");
    }

    #[test]
    fn a_person_sees_no_text_that_a_terminal_would_obey() {
        let (name, holds) = (String::new(), "it holds".to_owned());
        let fault = Some(Fault::new("its last lines:\n  \x1b[2Jall is well"));
        let text = for_a_person(&Outcome { name, holds, fault });
        assert!(text.contains("\n           [2Jall is well\n"), "{text:?}");
    }

    #[test]
    fn a_grader_can_make_limits_longer_and_not_shorter() {
        let expected = [
            (None, 1.0),
            (Some("2.5"), 2.5),
            (Some("0.1"), 1.0),
            (Some("1e9"), 4.0),
            (Some("NaN"), 1.0),
            (Some("slow"), 1.0),
        ];
        for (set, factor) in expected {
            assert_eq!(slowness(set).to_bits(), f64::to_bits(factor), "{set:?}");
        }
    }
}
