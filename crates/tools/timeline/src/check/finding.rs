//! A result of a check: a sentence with a verdict.

use std::fmt;

use crate::text::clean;

/// The result of one check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Whether the rule held.
    pub verdict: Verdict,
    /// The result as a sentence.
    pub sentence: String,
    /// The events that it is about, as indices of [`Run::events`](crate::Run). If a rule did not
    /// hold, the events that show this.
    pub events: Vec<usize>,
    /// The earliest event on which it depends: it is certain if no event is missing from there on.
    pub(super) since: usize,
}

/// The verdict of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The rule held.
    Held,
    /// The rule did not hold.
    Broken,
    /// It went well this time, or is right only in some programs. A fault with `--strict`.
    Doubtful,
    /// Neither good nor bad, but worth knowing.
    Note,
}

impl Finding {
    pub(super) fn held(sentence: String) -> Self {
        Self {
            verdict: Verdict::Held,
            sentence,
            events: Vec::new(),
            since: 0,
        }
    }

    pub(super) fn broken(sentence: String, events: Vec<usize>) -> Self {
        Self::new(Verdict::Broken, sentence, events)
    }

    pub(super) fn note(sentence: String, events: Vec<usize>) -> Self {
        Self::new(Verdict::Note, sentence, events)
    }

    /// Creates a finding that depends on these events and on nothing before them.
    pub(super) fn new(verdict: Verdict, sentence: String, events: Vec<usize>) -> Self {
        Self {
            since: events.iter().min().copied().unwrap_or(0),
            verdict,
            sentence,
            events,
        }
    }

    /// Makes it depend on this event as well.
    pub(super) fn since(self, index: usize) -> Self {
        let since = self.since.min(index);
        Self { since, ..self }
    }
}

/// Formats it as `check` prints it: a word for the verdict, then the sentence, without any text of
/// the log that a terminal would obey.
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
