//! What a check finds wrong.

use std::fmt;
use std::panic::panic_any;

/// The verdict on a submission, or on one of its checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// All that was looked at holds.
    Pass,
    /// Something is wrong.
    Fail,
    /// All wait, and for each other.
    Deadlock,
    /// It was still at work when its time was over.
    Timeout,
    /// It ended in the middle: by a signal, a panic, or a call of `exit`.
    Crash,
    /// It has what no submission may have, and was not run.
    Refused,
    /// It was not looked at, since something before it was wrong.
    NotRun,
    /// The grader itself is at fault: no point is lost, and it is to be graded again.
    GraderError,
}

impl Verdict {
    /// All of them.
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

    /// Its name in files.
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

    /// The verdict of that name.
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

/// What is wrong, in words that a student can act on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Of what kind it is.
    pub verdict: Verdict,
    /// What was expected, and what happened: lines.
    pub said: Vec<String>,
    /// The command that shows it again, from the folder of the course or the handout.
    pub again: Option<String>,
    /// The log of the run that shows it, if it was recorded.
    pub log: Option<String>,
    /// Of a [`Timeout`](Verdict::Timeout): more time would change nothing, however busy the machine is.
    /// Of a [`Deadlock`](Verdict::Deadlock): a schedule proves it, or none of its waits ends by the clock.
    pub is_sure: bool,
}

impl Fault {
    /// A plain wrong answer.
    #[must_use]
    pub fn new(said: impl Into<String>) -> Self {
        Self::of(Verdict::Fail, said)
    }

    /// A fault of another kind.
    #[must_use]
    pub fn of(verdict: Verdict, said: impl Into<String>) -> Self {
        let said = said.into().lines().map(str::to_owned).collect();
        Self {
            verdict,
            said,
            again: None,
            log: None,
            is_sure: false,
        }
    }

    /// Adds the command that shows it again.
    #[must_use]
    pub fn again(mut self, command: impl Into<String>) -> Self {
        self.again = Some(command.into());
        self
    }

    /// Ends the check with this fault.
    ///
    /// # Panics
    /// Always: [`judge`](crate::judge) takes the fault out of the panic.
    pub fn raise(self) -> ! {
        panic_any(self)
    }
}

/// Ends the check: a wrong answer, in plain words.
///
/// # Panics
/// Always, see [`Fault::raise`].
pub fn fault(said: impl Into<String>) -> ! {
    Fault::new(said).raise()
}
