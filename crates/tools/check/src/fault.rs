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
            is_sure: false,
        }
    }

    /// Adds the command that reproduces the fault.
    #[must_use]
    pub fn again(mut self, command: impl Into<String>) -> Self {
        self.again = Some(command.into());
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
