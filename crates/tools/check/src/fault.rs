//! What a check finds wrong.

use std::panic::panic_any;

use crate::report::Verdict;

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
        let (again, log) = (None, None);
        Self {
            verdict,
            said,
            again,
            log,
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
