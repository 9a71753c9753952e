//! What held in a run and what did not, in sentences.
//!
//! The sentences are computed from the log alone, by the same functions for a student who looks
//! at a picture, for a test, and for whoever marks the exercise.

mod deadlocks;
mod ends;
mod force;
mod locks;
mod messages;

use std::fmt;

use crate::run::Run;
use crate::text::clean;

/// One thing that was looked at, and what was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Whether it is as it should be.
    pub verdict: Verdict,
    /// What was found, as a sentence.
    pub sentence: String,
    /// The events that it is about: places in [`Run::events`]. Those that show what is wrong, of
    /// something that did not hold.
    pub events: Vec<usize>,
}

/// Whether something is as it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It held.
    Held,
    /// It did not.
    Broken,
    /// It went well this time, or is right only for some programs: a fault where one is strict.
    Doubtful,
    /// Neither good nor bad, but worth to know.
    Note,
}

impl Run {
    /// Looks at everything that ought to hold in any run: what did not comes first.
    ///
    /// - every message is received, once, and in order;
    /// - a lock has one owner at a time, and none when its owner has ended;
    /// - nobody waits in a circle;
    /// - every process and thread is waited for, and the run comes to its end;
    /// - nobody who could still receive is ended by force.
    ///
    /// What the log cannot tell is not claimed. Where lines of it are missing, what did not hold is
    /// only a [note](Verdict::Note): what made it right may stand in them.
    #[must_use]
    pub fn check(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        deadlocks::check(self, &mut findings);
        messages::check(self, &mut findings);
        locks::check(self, &mut findings);
        force::check(self, &mut findings);
        ends::check(self, &mut findings);
        if self.damage.has_gaps() {
            let broken = findings.iter_mut();
            for finding in broken.filter(|finding| finding.verdict == Verdict::Broken) {
                finding.verdict = Verdict::Note;
                finding.sentence = format!("As far as a log with gaps tells: {}", finding.sentence);
            }
        }
        findings.sort_by_key(|finding| match finding.verdict {
            Verdict::Broken => 0,
            Verdict::Doubtful => 1,
            Verdict::Held => 2,
            Verdict::Note => 3,
        });
        findings
    }

    /// What a [`check`](Self::check) says did not hold.
    #[must_use]
    pub fn faults(&self) -> Vec<Finding> {
        let mut findings = self.check();
        findings.retain(|finding| finding.verdict == Verdict::Broken);
        findings
    }
}

impl Finding {
    fn held(sentence: String) -> Self {
        Self {
            verdict: Verdict::Held,
            sentence,
            events: Vec::new(),
        }
    }

    fn broken(sentence: String, events: Vec<usize>) -> Self {
        Self {
            verdict: Verdict::Broken,
            sentence,
            events,
        }
    }

    fn note(sentence: String, events: Vec<usize>) -> Self {
        Self {
            verdict: Verdict::Note,
            sentence,
            events,
        }
    }
}

/// As `check` prints it: a word for the verdict, and the sentence, in which nothing that a log brings
/// along steers the terminal.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = match self.verdict {
            Verdict::Held => "ok    ",
            Verdict::Broken => "WRONG ",
            Verdict::Doubtful => "?     ",
            Verdict::Note => "      ",
        };
        write!(f, "{mark} {}", clean(&self.sentence))
    }
}
