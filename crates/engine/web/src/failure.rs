//! Why a page could not be got.

use std::error::Error;
use std::fmt;
use std::io;
use std::time::Duration;

use nix::libc::{EAGAIN, EMFILE};

/// A page could not be got.
#[derive(Debug)]
pub struct GetError {
    /// The address that was tried.
    pub url: String,
    /// What was wrong.
    pub failure: GetFailure,
}

/// What may be wrong with a page.
#[derive(Debug)]
#[non_exhaustive]
pub enum GetFailure {
    /// Not an address of the form `http://host[:port]/path`.
    Address,
    /// Resolving, connecting, writing or reading failed.
    Io(io::Error),
    /// Connecting, or all of it, took longer than this limit.
    TimedOut(Duration),
    /// What came is not HTTP.
    NotHttp,
    /// What came is HTTP, but this part of its head cannot be right.
    BadHead(&'static str),
    /// This is right, but no part of the little that [`get`](crate::get) can do.
    Unsupported(&'static str),
    /// A status other than 200; also a redirect, which is not followed.
    Status(u16),
    /// The connection was closed too early.
    CutOff {
        /// Bytes of the page that came.
        got: usize,
        /// Bytes that the server had promised.
        promised: usize,
    },
    /// Head and page together are larger than this limit in bytes.
    TooLarge(usize),
}

impl From<io::Error> for GetFailure {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl fmt::Display for GetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot get {}: ", self.url)?;
        match &self.failure {
            GetFailure::Address => {
                f.write_str("not an address of the form http://host[:port]/path")
            }
            GetFailure::Io(error) if error.raw_os_error() == Some(EMFILE) => {
                write!(f, "{error}; get fewer at once, or see `ulimit -n`")
            }
            GetFailure::Io(error) if error.raw_os_error() == Some(EAGAIN) => {
                write!(f, "no thread to look up the name: {error}; see `ulimit -u`")
            }
            GetFailure::Io(error) => write!(
                f,
                "{error}; is the name right, and a server listening there?"
            ),
            GetFailure::TimedOut(limit) => {
                write!(f, "not done within {limit:?}; give it more time")
            }
            GetFailure::NotHttp => f.write_str("the answer is not HTTP; is the port right?"),
            GetFailure::BadHead(what) => {
                write!(
                    f,
                    "{what} in the answer's head is wrong; ask the server's keeper"
                )
            }
            GetFailure::Unsupported(what) => {
                write!(
                    f,
                    "{what} is more than `get` can do; try `fetch`, or another address"
                )
            }
            GetFailure::Status(code) => write!(f, "the server says {code}; look at the path"),
            GetFailure::CutOff { got, promised } => {
                write!(f, "cut off after {got} of {promised} bytes; try again")
            }
            GetFailure::TooLarge(limit) => {
                write!(f, "larger than {limit} bytes; choose another page")
            }
        }
    }
}

impl Error for GetError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.failure {
            GetFailure::Io(error) => Some(error),
            _ => None,
        }
    }
}
