//! Why a submission cannot be read. Only its content is the student's: an error of this machine costs no
//! points.

use std::io;

use check::Verdict;

use crate::failed::Failed;

/// Why a submission, or a file of it, cannot be read, in words for the student.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Unread {
    /// Its content is wrong.
    Content(String),
    /// This machine could not read it.
    Machine(String),
}

impl Unread {
    /// An error while `what` was read. It is the machine's if it has a number of the system; an archive
    /// that is damaged has none.
    pub(crate) fn of(what: &str, error: &io::Error) -> Self {
        let why = format!("{what} cannot be read: {error}");
        match error.raw_os_error() {
            Some(_) => Self::Machine(why),
            None => Self::Content(why),
        }
    }

    pub(crate) fn verdict(&self) -> Verdict {
        match self {
            Self::Content(_) => Verdict::Refused,
            Self::Machine(_) => Verdict::GraderError,
        }
    }

    pub(crate) fn why(&self) -> &str {
        let (Self::Content(why) | Self::Machine(why)) = self;
        why
    }
}

impl From<String> for Unread {
    fn from(why: String) -> Self {
        Self::Content(why)
    }
}

impl From<Unread> for Failed {
    fn from(unread: Unread) -> Self {
        Self::Other(unread.why().to_owned())
    }
}
