//! A stream with one time limit for all its calls.
//!
//! The time limits of a socket apply to each call: a peer that sends or takes a byte now and then
//! could delay a whole frame forever. Here all calls together have one limit.

use std::io::{self, Read, Write};
use std::mem;
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// How long the first call may block even if the limit is over.
const FIRST_CALL: Duration = Duration::from_millis(1);

/// A stream whose calls block until the deadline at most; after it each call fails with `TimedOut`.
///
/// Only the first call is made in any case. The caller may have lost the processor for all of a
/// short limit, and whether the peer has sent something, or has room, shows only in a call.
#[derive(Debug)]
pub struct Until<'a> {
    stream: &'a TcpStream,
    /// `None` if it is later than a clock can represent.
    deadline: Option<Instant>,
    /// Whether no call has been made.
    is_new: bool,
}

impl<'a> Until<'a> {
    /// The stream, for calls that all end within `limit` from now.
    #[must_use]
    pub fn after(limit: Duration, stream: &'a TcpStream) -> Self {
        Self {
            stream,
            deadline: Instant::now().checked_add(limit),
            is_new: true,
        }
    }

    /// How long the next call may block. Never zero, which the system would take for no limit; `None`
    /// without a limit.
    fn next_limit(&mut self) -> io::Result<Option<Duration>> {
        let Some(deadline) = self.deadline else {
            return Ok(None);
        };
        let left = deadline.saturating_duration_since(Instant::now());
        match mem::take(&mut self.is_new) {
            true => Ok(Some(left.max(FIRST_CALL))),
            false if left.is_zero() => Err(io::ErrorKind::TimedOut.into()),
            false => Ok(Some(left)),
        }
    }
}

/// Converts the error of a limit that is over. The system reports it like that of a non-blocking
/// socket: "Resource temporarily unavailable" (socket(7), `SO_RCVTIMEO`).
fn in_time(error: io::Error) -> io::Error {
    match error.kind() {
        io::ErrorKind::WouldBlock => io::ErrorKind::TimedOut.into(),
        _ => error,
    }
}

impl Read for Until<'_> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        self.stream.set_read_timeout(self.next_limit()?)?;
        self.stream.read(bytes).map_err(in_time)
    }
}

impl Write for Until<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.stream.set_write_timeout(self.next_limit()?)?;
        self.stream.write(bytes).map_err(in_time)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn a_limit_that_is_over_is_called_so() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let ours = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let limit = Duration::from_millis(20);
        let silent = Until::after(limit, &ours).read(&mut [0]).unwrap_err();
        assert_eq!(silent.kind(), io::ErrorKind::TimedOut);
        let endless = vec![0; 64 << 20];
        let full = Until::after(limit, &ours).write_all(&endless).unwrap_err();
        assert_eq!(full.kind(), io::ErrorKind::TimedOut);
    }

    #[test]
    fn only_the_first_call_is_made_when_the_limit_is_over() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let ours = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let mut late = Until::after(Duration::ZERO, &ours);
        late.write_all(b"!").unwrap();
        let second = late.write_all(b"!").unwrap_err();
        assert_eq!(second.kind(), io::ErrorKind::TimedOut);
    }

    #[test]
    fn a_limit_beyond_every_clock_is_none() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let ours = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (theirs, _) = listener.accept().unwrap();
        // The second limit is representable, but longer than a socket's limit can be.
        for limit in [Duration::MAX, Duration::from_secs(1 << 62)] {
            Until::after(limit, &ours).write_all(b"!").unwrap();
            let mut got = [0];
            Until::after(limit, &theirs).read_exact(&mut got).unwrap();
            assert_eq!(got, *b"!");
        }
    }
}
