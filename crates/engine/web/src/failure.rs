//! Why `get` failed.

use std::error::Error;
use std::fmt;
use std::io;
use std::time::Duration;

use nix::libc::{EAGAIN, EMFILE};

/// A page could not be fetched by [`get`](crate::get).
#[derive(Debug)]
pub struct GetError {
    /// The address that was tried.
    pub url: String,
    /// The reason.
    pub failure: GetFailure,
}

/// The reasons why a page could not be fetched.
#[derive(Debug)]
#[non_exhaustive]
pub enum GetFailure {
    /// Not an address of the form `http://host[:port]/path`.
    Address,
    /// Resolving, connecting, writing or reading failed.
    Io(io::Error),
    /// The connection, or the whole exchange, took longer than this limit.
    TimedOut(Duration),
    /// The answer is not HTTP.
    NotHttp,
    /// The answer is HTTP, but this part of its head is wrong.
    BadHead(&'static str),
    /// The answer or the address is valid, but [`get`](crate::get) does not support this feature.
    Unsupported(&'static str),
    /// The status is not 200; this includes redirects, which are not followed.
    Status(u16),
    /// The connection was closed too early.
    CutOff {
        /// Bytes of the page that were received.
        got: usize,
        /// Bytes that the server had announced.
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
