//! The reasons why a log cannot be shown.

use std::{fmt, io};

use common::log::VERSION;

/// Why a log cannot be shown at all.
#[derive(Debug)]
#[non_exhaustive]
pub enum ReadError {
    /// It could not be read.
    Io(io::Error),
    /// No line of it is an event.
    NotALog,
    /// All of its lines are of another version.
    Version(u64),
    /// Its clocks cannot be compared, because the machine was restarted in between.
    TwoBoots,
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => write!(f, "cannot read the log: {error}"),
            Self::NotALog => f.write_str("no line of it is an event: make a log with --record"),
            Self::Version(version) => write!(
                f,
                "a log of version {version}, and this program reads version {VERSION}"
            ),
            Self::TwoBoots => f.write_str(
                "a log of two boots of the machine, whose clocks cannot be compared: \
                 record each run in a file of its own",
            ),
        }
    }
}

impl std::error::Error for ReadError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io(error) => Some(error),
            _ => None,
        }
    }
}
