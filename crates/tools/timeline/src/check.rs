//! Checks which rules a run has kept, and reports this in sentences.
//!
//! The sentences are computed from the log alone. The same functions serve a student who looks at a
//! picture, a test, and the grader of an exercise.

mod deadlocks;
mod ends;
mod finding;
mod force;
mod locks;
mod messages;

pub use finding::{Finding, Verdict};

use crate::run::Run;

impl Run {
    /// Checks the rules that every run should keep; rules that did not hold come first.
    ///
    /// - every message is received, once, and in order;
    /// - a lock has one owner at a time, and none when its owner has ended;
    /// - no lanes wait for each other in a circle;
    /// - every process and thread is waited for, and the run comes to its end;
    /// - no lane that could still receive is ended by force.
    ///
    /// It claims nothing that the log does not show, or, for a watched run, its watcher has seen. If lines of the log are missing, a result that depends
    /// on the part before them is only a [note](Verdict::Note), because the missing lines may change it.
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

    /// The findings of [`check`](Self::check) that report a rule that did not hold.
    #[must_use]
    pub fn faults(&self) -> Vec<Finding> {
        let mut findings = self.check();
        findings.retain(|finding| finding.verdict == Verdict::Broken);
        findings
    }
}
