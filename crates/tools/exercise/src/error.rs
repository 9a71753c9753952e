//! Why a submission is not taken.

use std::error::Error;
use std::fmt;

use crate::source::NoSource;

/// Why a submission is not graded. Each is told to the student; none is a wrong answer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum GraftError {
    /// It is no Rust: the compiler will say more.
    NoSource(NoSource),
    /// An assigned function is missing.
    NoFunction(String),
    /// Its signature has been changed.
    Signature {
        /// Which function.
        path: String,
        /// The line of the submission.
        line: usize,
    },
    /// It uses what no exercise needs and what could reach beyond it.
    Refused {
        /// What: `unsafe`, `include_str!`.
        what: String,
        /// The line of the submission.
        line: usize,
    },
    /// Its checks explore every schedule, and it uses what they cannot.
    CannotBeExplored {
        /// What: `std::sync::Mutex`.
        what: String,
        /// The line of the submission.
        line: usize,
    },
    /// The reference is damaged: a fault of the course, which costs no points.
    Reference(String),
}

impl fmt::Display for GraftError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSource(error) => write!(f, "{error}"),
            Self::NoFunction(path) => write!(f, "the function {path} is missing"),
            Self::Signature { path, line } => write!(
                f,
                "line {line}: the signature of {path} has been changed; only its body is yours"
            ),
            Self::Refused { what, line } if what.ends_with("::*") => write!(
                f,
                "line {line}: {what} is not allowed here, because it has words that are not: import each \
                 that you use by its name"
            ),
            Self::Refused { what, line } => write!(f, "line {line}: {what} is not allowed here"),
            Self::CannotBeExplored { what, line } => write!(
                f,
                "line {line}: with {what} it cannot be explored: the threads take their turns at what \
                 `explore::primitives` has, and at the locks of the course"
            ),
            Self::Reference(what) => write!(f, "the reference is damaged: {what}"),
        }
    }
}

impl Error for GraftError {}
