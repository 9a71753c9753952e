//! What may go wrong, and how it is told.

/// Why something was not done, in one line or a few.
#[derive(Debug, Clone)]
pub(crate) enum Failed {
    /// The command line is wrong: exit code 2.
    Words(String),
    /// Anything else: exit code 1.
    Other(String),
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

/// Prints a text.
pub(crate) fn print(text: &str) -> Result<bool, Failed> {
    match common::print_text(text) {
        Ok(()) => Ok(true),
        Err(error) => Err(Failed::Other(error.to_string())),
    }
}
