//! A GET that waits as tasks do, over smol's own sockets: no thread blocks.
//!
//! http only, no redirects, one connection a page. HTTP/1.0 is asked for, so that the answer is
//! never sent in chunks and the server closes the connection at its end.

use std::error::Error;
use std::fmt;
use std::io;

use smol::io::{AsyncReadExt, AsyncWriteExt};
use smol::net::TcpStream;

use nix::libc::EMFILE;

use super::Limits;
use crate::timeout::{TimedOut, timeout};

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
    /// Connecting, or all of it, took too long.
    TimedOut(TimedOut),
    /// What came is not HTTP.
    NotHttp,
    /// A status other than 200; also a redirect, which is not followed.
    Status(u16),
    /// The connection was closed too early.
    CutOff {
        /// Bytes of the page that came.
        got: usize,
        /// Bytes that the server had promised.
        promised: usize,
    },
    /// Head and page are larger than so many bytes.
    TooLarge(usize),
}

/// Gets the page at `url`.
///
/// # Errors
/// [`GetError`], which names the address and the [failure](GetFailure).
pub async fn get(url: &str, limits: Limits) -> Result<Vec<u8>, GetError> {
    let got = timeout(limits.time, exchange(url, limits)).await;
    let got = got.unwrap_or_else(|over| Err(over.into()));
    got.map_err(|failure| GetError {
        url: url.to_owned(),
        failure,
    })
}

/// The twenty lines.
async fn exchange(url: &str, limits: Limits) -> Result<Vec<u8>, GetFailure> {
    let (host, port, path) = parts(url).ok_or(GetFailure::Address)?;
    let connect = TcpStream::connect((host, port));
    let mut stream = timeout(limits.connect, connect).await??;
    let request = format!("GET {path} HTTP/1.0\r\nHost: {host}:{port}\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    // One byte more than allowed tells "too large" from "just fits".
    let most = limits.size_bytes as u64 + 1;
    stream.take(most).read_to_end(&mut answer).await?;
    if answer.len() > limits.size_bytes {
        return Err(GetFailure::TooLarge(limits.size_bytes));
    }
    page(answer)
}

/// Cuts an address into host, port and path.
fn parts(url: &str) -> Option<(&str, u16, &str)> {
    let rest = url.strip_prefix("http://")?;
    // A blank or a line end would let an address write headers of its own.
    if rest.contains(|letter: char| letter.is_whitespace() || letter.is_control()) {
        return None;
    }
    let (place, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let (host, port) = match place.rsplit_once(':') {
        Some((host, port)) => (host, port.parse().ok()?),
        None => (place, 80),
    };
    let path = if path.is_empty() { "/" } else { path };
    (!host.is_empty()).then_some((host, port, path))
}

/// Takes the head off a whole answer.
fn page(mut answer: Vec<u8>) -> Result<Vec<u8>, GetFailure> {
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n");
    let end = end.ok_or(GetFailure::NotHttp)?;
    let page = answer.split_off(end + 4);
    let head = str::from_utf8(&answer).map_err(|_| GetFailure::NotHttp)?;
    let status = head.strip_prefix("HTTP/1.").and_then(|rest| rest.get(2..5));
    match status.and_then(|code| code.parse().ok()) {
        Some(200) => {}
        Some(other) => return Err(GetFailure::Status(other)),
        None => return Err(GetFailure::NotHttp),
    }
    let promised = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        let found = name.eq_ignore_ascii_case("content-length");
        found.then(|| value.trim().parse().ok())?
    });
    match promised {
        Some(promised) if page.len() < promised => Err(GetFailure::CutOff {
            got: page.len(),
            promised,
        }),
        _ => Ok(page),
    }
}

impl From<io::Error> for GetFailure {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<TimedOut> for GetFailure {
    fn from(over: TimedOut) -> Self {
        Self::TimedOut(over)
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
            GetFailure::Io(error) => write!(
                f,
                "{error}; is the name right, and a server listening there?"
            ),
            GetFailure::TimedOut(over) => write!(f, "{over}"),
            GetFailure::NotHttp => f.write_str("the answer is not HTTP; is the port right?"),
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
            GetFailure::TimedOut(over) => Some(over),
            _ => None,
        }
    }
}
