//! The faults that checks report.

use std::fmt;
use std::panic::panic_any;
use std::sync::OnceLock;

/// The first fault that was raised in this process.
static RAISED: OnceLock<Fault> = OnceLock::new();

/// The verdict on a submission, or on one of its checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Everything that was checked holds.
    Pass,
    /// Something does not hold.
    Fail,
    /// All threads wait for each other.
    Deadlock,
    /// It was still at work, or asleep, when its time was over.
    Timeout,
    /// It ended before the check did: by a signal, a panic, or a call of `exit`.
    Crash,
    /// It contains something that no submission may have, and was not run.
    Refused,
    /// It was not run, because a check before it failed.
    NotRun,
    /// The grader itself is at fault. The student loses no points, and the submission is to be graded again.
    GraderError,
}

impl Verdict {
    /// All verdicts.
    pub const ALL: [Self; 8] = [
        Self::Pass,
        Self::Fail,
        Self::Deadlock,
        Self::Timeout,
        Self::Crash,
        Self::Refused,
        Self::NotRun,
        Self::GraderError,
    ];

    /// The name of the verdict in files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Deadlock => "deadlock",
            Self::Timeout => "timeout",
            Self::Crash => "crash",
            Self::Refused => "refused",
            Self::NotRun => "not-run",
            Self::GraderError => "grader-error",
        }
    }

    /// The verdict with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.name() == name)
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A fault, described in words that a student can act on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The kind of the fault.
    pub verdict: Verdict,
    /// What was expected, and what happened: one or more lines.
    pub said: Vec<String>,
    /// The command that reproduces it, to be run in the folder of the course or the handout.
    pub again: Option<String>,
    /// The log of the run that shows it, if the run was recorded.
    pub log: Option<String>,
    /// Whether a measured time decided. A right answer on a slow machine may have the same fault, so the
    /// submission is graded again, alone.
    pub is_by_clock: bool,
    /// For a [`Timeout`](Verdict::Timeout): more time would change nothing, even on an idle machine. For
    /// a [`Deadlock`](Verdict::Deadlock): a schedule proves it, or none of its waits ends by the clock.
    pub is_sure: bool,
}

impl Fault {
    /// Creates a fault with the verdict `Fail`.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self::of(Verdict::Fail, text)
    }

    /// Creates a fault with this verdict.
    #[must_use]
    pub fn of(verdict: Verdict, text: impl Into<String>) -> Self {
        let lines = text.into().lines().map(str::to_owned).collect();
        Self {
            verdict,
            said: lines,
            again: None,
            log: None,
            is_by_clock: false,
            is_sure: false,
        }
    }

    /// Adds the command that reproduces the fault.
    #[must_use]
    pub fn again(mut self, command: impl Into<String>) -> Self {
        self.again = Some(command.into());
        self
    }

    /// Marks the fault as [one by the clock](Self::is_by_clock).
    #[must_use]
    pub fn by_clock(mut self) -> Self {
        self.is_by_clock = true;
        self
    }

    /// Ends the check with this fault.
    ///
    /// # Panics
    /// Always. [`judge`](crate::judge) takes the fault out of the panic.
    pub fn raise(self) -> ! {
        let _the_first_one = RAISED.set(self.clone());
        panic_any(self)
    }
}

/// The first fault that was raised in this process, also if its panic was caught.
pub(crate) fn raised() -> Option<Fault> {
    RAISED.get().cloned()
}

/// Ends the check with the verdict `Fail` and this text.
///
/// # Panics
/// Always; see [`Fault::raise`].
pub fn fault(text: impl Into<String>) -> ! {
    Fault::new(text).raise()
}

/// Like an assertion about a measured time: checks that something holds which does not on a machine that is
/// too slow.
///
/// # Panics
/// With a [`Fault`] [by the clock](Fault::is_by_clock) with the text `otherwise` when it does not.
pub fn expect_in_time(holds: bool, otherwise: impl FnOnce() -> String) {
    if !holds {
        Fault::new(otherwise()).by_clock().raise();
    }
}

/// A result of the system, or of a part of the course that the student does not write.
pub trait Ours<T> {
    /// The value. An error is one of this machine, for which the student loses no points. Use it only where
    /// the student's code cannot have caused the error, as by descriptors or processes that it leaves.
    ///
    /// # Panics
    /// With a [`Fault`] of the grader, which says that there is no `what`.
    fn ours(self, what: &str) -> T;
}

impl<T, E: fmt::Display> Ours<T> for Result<T, E> {
    fn ours(self, what: &str) -> T {
        self.unwrap_or_else(|error| {
            Fault::of(Verdict::GraderError, format!("no {what}: {error}")).raise()
        })
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::*;

    fn fault_of(call: impl FnOnce()) -> Fault {
        let payload = catch_unwind(AssertUnwindSafe(call)).unwrap_err();
        *payload.downcast::<Fault>().unwrap()
    }

    #[test]
    fn an_error_of_the_machine_is_no_fault_of_the_student() {
        let fault = fault_of(|| Err("none left").ours("process"));
        let expected = Fault::of(Verdict::GraderError, "no process: none left");
        assert_eq!(fault, expected);
        assert_eq!(Ok::<_, fmt::Error>(7).ours("process"), 7);
    }

    #[test]
    fn a_fault_that_a_slow_machine_may_cause_says_so() {
        let fault = fault_of(|| expect_in_time(false, || "too late".to_owned()));
        assert!(fault.is_by_clock && fault.verdict == Verdict::Fail);
    }
}
