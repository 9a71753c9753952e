//! What may go wrong, and how it is told.

use std::fmt;

/// Why something was not done, in one line or a few.
#[derive(Debug, Clone)]
pub(crate) enum Failed {
    /// The command line is wrong: exit code 2.
    Words(String),
    /// Anything else: exit code 1.
    Other(String),
    /// A signal has ended it: exit code 1.
    Signal,
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Words(why) | Self::Other(why) => f.write_str(why),
            Self::Signal => f.write_str("ended by a signal"),
        }
    }
}

/// A text from a submission, such as a name in an archive, for one line of a terminal: what would move
/// its cursor or change its colours is replaced.
pub(crate) fn harmless(text: &str) -> String {
    let sign = |char: char| match char {
        '\t' => ' ',
        // They change the order of what stands on the line.
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => char::REPLACEMENT_CHARACTER,
        char if char.is_control() => char::REPLACEMENT_CHARACTER,
        char => char,
    };
    text.chars().map(sign).collect()
}

impl From<String> for Failed {
    fn from(why: String) -> Self {
        Self::Other(why)
    }
}

impl From<lexopt::Error> for Failed {
    fn from(error: lexopt::Error) -> Self {
        Self::Words(error.to_string())
    }
}

/// Each line of a text as [`harmless`] makes it.
pub(crate) fn harmless_lines(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(harmless).collect();
    lines.join("\n")
}

/// Prints a text.
pub(crate) fn print(text: &str) -> Result<bool, Failed> {
    match common::print_text(text) {
        Ok(()) => Ok(true),
        Err(error) => Err(Failed::Other(error.to_string())),
    }
}
