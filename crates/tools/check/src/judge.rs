//! The judge: runs the checks in their order, each in a process of its own, up to the first fault.
//!
//! The process of a check may run a student's code. So its exit code and its output prove nothing.
//! Its verdict is taken only from lines that begin with a nonce, which the judge sends to the
//! check's frame, and which the frame does not print if the student's code ends the process. There is
//! one for a pass and one for a fault, so that code that reads the line of a fault cannot make the
//! line of a pass from it.

use std::env;
use std::io::{self, Read, Write};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::panic::{self, AssertUnwindSafe};
use std::process::{self, Child, Command, ExitCode, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use lesson::family::{descendants, kill_all};
use nix::libc;
use nix::sys::prctl::{set_child_subreaper, set_dumpable, set_name};
use timeline::Run;

use crate::chance::seed;
use crate::fault::{Fault, Verdict, raised};
use crate::hung;
use crate::nonces::Nonces;
use crate::one_core;
use crate::opened::let_parent_open;
use crate::quiet::Turns;
use crate::report::{ENDED, Outcome};
use crate::running::Log;

/// The time limit of a check that sets no limit of its own.
const LIMIT: Duration = Duration::from_secs(120);
/// The most bytes that a check may print, its log included.
const MOST_OUTPUT: u64 = 64 << 20;

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

/// The argument with which a process runs a single check.
const ONE: &str = "--one";
/// The argument with which the report is written for programs (see [`report`](crate::report)).
const REPORT: &str = "--report";

/// The `main` of the checks of an exercise. Prints for a person, or with `--report` for a program.
/// The exit code is 0 when every check holds, otherwise 1.
#[must_use]
pub fn main(exercise: &str, checks: &[Check]) -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if let [one, name] = &arguments[..]
        && one == ONE
    {
        return run_here(checks, name);
    }
    // Otherwise a program that runs at the same time could read the memory of this process.
    let _before_anything_else = set_dumpable(false);
    let _for_what_a_check_leaves = set_child_subreaper(true);
    let is_report = arguments.iter().any(|argument| argument == REPORT);
    let mut is_right = true;
    if !is_report {
        common::print_text(&format!("{exercise} (seed {})\n", seed())).ok();
    }
    for check in checks {
        let fault = match is_right {
            true => run_apart(check).err(),
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
        text += &format!("        {line}\n");
    }
    if let Some(again) = &fault.again {
        text += &format!("        To see it: {again}\n");
    }
    text
}

/// Runs a check in a process of its own.
fn run_apart(check: &Check) -> Result<(), Fault> {
    let own =
        |what: &str, error: io::Error| Fault::of(Verdict::GraderError, format!("{what}: {error}"));
    let nonces = Nonces::new().map_err(|error| own("no random numbers", error))?;
    let program = env::current_exe().map_err(|error| own("this program has no path", error))?;
    let mut child = Command::new(program)
        .args([ONE, check.name])
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| own("no process for a check", error))?;
    let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let (Some(mut stdin), Some(out), Some(err)) = pipes else {
        unreachable!("all three were asked for");
    };
    // The process may have been killed already; then it reports nothing.
    let _may_be_dead = nonces.send(&mut stdin);
    drop(stdin);
    let (read, all) = mpsc::channel();
    let err_reader = thread::spawn(move || text_of(err));
    thread::spawn(move || read.send(text_of(out)));
    let out = within(check.limit, |limit| all.recv_timeout(limit).ok());
    if out.is_none() && matches!(child.try_wait(), Ok(None)) {
        return Err(does_not_end(check, child, err_reader));
    }
    let status = child.wait();
    // All processes that the check has left end here, so the readers reach the end of their pipes.
    let _all = kill_all(|_| ());
    let out = out.or_else(|| all.recv().ok()).unwrap_or_default();
    let err = err_reader.join().unwrap_or_default();
    match (nonces.word_of(&out), status) {
        (Some(word), _) => word,
        (None, Ok(status)) => Err(no_word(status, &err)),
        (None, Err(error)) => Err(own("no end of a check", error)),
    }
}

/// The fault of a check that ended without a verdict.
fn no_word(status: ExitStatus, err: &str) -> Fault {
    let last = last_lines(err);
    match status.signal() {
        Some(libc::SIGXCPU) => Fault::of(
            Verdict::Timeout,
            format!("It has used up its processor time.{last}"),
        ),
        _ => Fault::of(
            Verdict::Crash,
            format!("The process ended in the middle of the check: {status}.{last}"),
        ),
    }
}

/// The fault of a check that is still running at its limit. Nothing that it prints counts any more,
/// because its memory, with the nonce, is opened for the look.
fn does_not_end(check: &Check, mut child: Child, err: JoinHandle<String>) -> Fault {
    let what = format!("It does not end within {} s", check.limit.as_secs());
    let log = Log::of(child.id());
    let look = hung::look();
    // If the check ended meanwhile, perhaps by the signal, the look does not show why it hung.
    let look = look.filter(|_| matches!(child.try_wait(), Ok(None)));
    let programs = kill_all(|_| ()).unwrap_or_default().names;
    let run = Run::read(log.text().as_bytes()).unwrap_or_default();
    let (verdict, text) = match &look {
        Some(look) => look.describe(&what, &run, &programs),
        None => (Verdict::Timeout, format!("{what}.")),
    };
    let last = last_lines(&err.join().unwrap_or_default());
    let is_sure = verdict == Verdict::Timeout || look.is_some_and(|look| look.is_endless);
    Fault {
        is_sure,
        ..Fault::of(verdict, text + &last)
    }
}

/// Calls `wait` until it returns a value or `limit` is over, but for at most about four times as
/// long. Time in which the processes below this one had to wait for other programs does not count.
fn within<T>(limit: Duration, wait: impl Fn(Duration) -> Option<T>) -> Option<T> {
    let (mut next, mut before) = (limit, Duration::ZERO);
    let begun = Instant::now();
    loop {
        if let Some(came) = wait(next) {
            return Some(came);
        }
        let turns = Turns::of(&descendants()).unwrap_or_default();
        let lost = turns.lost_since(&Turns::default(), begun.elapsed());
        next = lost.saturating_sub(before);
        before = lost;
        if next < limit / 20 || begun.elapsed() > 4 * limit {
            return None;
        }
    }
}

fn last_lines(text: &str) -> String {
    let lines: Vec<_> = text.lines().collect();
    let last = lines[lines.len().saturating_sub(5)..].iter();
    last.map(|line| format!("\n  {line}")).collect()
}

fn text_of(pipe: impl Read) -> String {
    let mut bytes = Vec::new();
    let _what_came = pipe.take(MOST_OUTPUT).read_to_end(&mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
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
    let its_process = process::id();
    let _for_what_a_run_leaves = set_child_subreaper(true);
    if check.is_on_one_core {
        let _or_on_all = one_core::bind();
    }
    let found = panic::catch_unwind(AssertUnwindSafe(check.run));
    // A child that the student's code has forked may return here too, after a try of its own.
    if process::id() != its_process {
        return ExitCode::from(2);
    }
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

fn fault_of(payload: &(dyn std::any::Any + Send)) -> Fault {
    if let Some(fault) = payload.downcast_ref::<Fault>() {
        return fault.clone();
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
    use super::plain;

    #[test]
    fn a_failed_assertion_is_reported_in_plain_words() {
        let payload = std::panic::catch_unwind(|| assert_eq!(1 + 1, 3, "one and one")).unwrap_err();
        let text = payload.downcast_ref::<String>().unwrap();
        assert_eq!(plain(text), "one and one\n  it is:    2\n  expected: 3");
        assert_eq!(plain("other words"), "other words");
    }
}
