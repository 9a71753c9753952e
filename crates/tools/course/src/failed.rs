//! The errors of `cargo course`, and printing.

use std::fmt;

/// Why a command failed, in one line or several.
#[derive(Debug, Clone)]
pub(crate) enum Failed {
    /// The command line is wrong; the exit code is 2.
    Words(String),
    /// Anything else; the exit code is 1.
    Other(String),
    /// A signal has ended the command; the exit code is 1.
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

/// Makes a text from a submission, such as a name in an archive, safe for one line of a terminal:
/// replaces everything that would move the cursor or change colours.
pub(crate) fn harmless(text: &str) -> String {
    let sign = |char: char| match char {
        '\t' => ' ',
        // These characters change the order of the text on the line.
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

/// Applies [`harmless`] to each line of a text.
pub(crate) fn harmless_lines(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(harmless).collect();
    lines.join("\n")
}

/// Prints a text, and returns `true`.
pub(crate) fn print(text: &str) -> Result<bool, Failed> {
    match common::print_text(text) {
        Ok(()) => Ok(true),
        Err(error) => Err(Failed::Other(error.to_string())),
    }
}
