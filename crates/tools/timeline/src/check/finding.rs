//! What a check has found, as a sentence with a verdict.

use std::fmt;

use crate::text::clean;

/// One thing that was looked at, and what was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Whether it is as it should be.
    pub verdict: Verdict,
    /// What was found, as a sentence.
    pub sentence: String,
    /// The events that it is about: places in [`Run::events`](crate::Run). Those that show what is wrong, of
    /// something that did not hold.
    pub events: Vec<usize>,
    /// The earliest event that it rests on: it holds if none is missing from there on.
    pub(super) since: usize,
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

    /// It rests on these events and on nothing before them.
    pub(super) fn new(verdict: Verdict, sentence: String, events: Vec<usize>) -> Self {
        Self {
            since: events.iter().min().copied().unwrap_or(0),
            verdict,
            sentence,
            events,
        }
    }

    /// It rests on this event as well.
    pub(super) fn since(self, place: usize) -> Self {
        let since = self.since.min(place);
        Self { since, ..self }
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
