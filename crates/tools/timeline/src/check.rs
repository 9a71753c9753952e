//! What held in a run and what did not, in sentences.
//!
//! The sentences are computed from the log alone, by the same functions for a student who looks
//! at a picture, for a test, and for the person or program that marks the exercise.

mod deadlocks;
mod ends;
mod finding;
mod force;
mod locks;
mod messages;

pub use finding::{Finding, Verdict};

use crate::run::Run;

impl Run {
    /// Looks at everything that ought to hold in any run: what did not comes first.
    ///
    /// - every message is received, once, and in order;
    /// - a lock has one owner at a time, and none when its owner has ended;
    /// - no lanes wait for each other in a circle;
    /// - every process and thread is waited for, and the run comes to its end;
    /// - no lane that could still receive is ended by force.
    ///
    /// What the log cannot tell is not claimed. Where lines of it are missing, what held and what did
    /// not hold before is only a [note](Verdict::Note): what makes it wrong, or right, may stand in them.
    #[must_use]
    pub fn check(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        deadlocks::check(self, &mut findings);
        messages::check(self, &mut findings);
        locks::check(self, &mut findings);
        force::check(self, &mut findings);
        ends::check(self, &mut findings);
        if self.damage.has_gaps() {
            let is_known = |finding: &Finding| self.damage.is_whole_from(finding.since);
            let is_claim = |finding: &Finding| {
                matches!(finding.verdict, Verdict::Broken | Verdict::Held) && !is_known(finding)
            };
            for finding in findings.iter_mut().filter(|finding| is_claim(finding)) {
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
