//! The reasons why a submission is refused.

use std::error::Error;
use std::fmt;

use crate::source::NoSource;

/// Why a submission is not graded. Each reason is reported to the student; none is a wrong answer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum GraftError {
    /// The submission does not parse as Rust; the compiler will report more.
    NoSource(NoSource),
    /// An assigned function is missing.
    NoFunction(String),
    /// The signature of an assigned function has been changed.
    Signature {
        /// The path of the function.
        path: String,
        /// Its line in the submission.
        line: usize,
    },
    /// The submission uses something that no exercise needs and that could reach beyond the exercise.
    Refused {
        /// What it uses, such as `unsafe` or `include_str!`.
        what: String,
        /// The line in the submission.
        line: usize,
    },
    /// The checks explore every schedule, and the submission uses something that cannot be explored.
    CannotBeExplored {
        /// What it uses, such as `std::sync::Mutex`.
        what: String,
        /// The line in the submission.
        line: usize,
    },
    /// The reference is damaged. This is a fault of the course and costs no points.
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
            Self::Refused { what, line } if what == "process::exit" => write!(
                f,
                "line {line}: {what} is not allowed here; a child of `fork` ends by `multiprocess::exit_now`"
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
