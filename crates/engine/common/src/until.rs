//! A stream that is given up at a fixed moment.
//!
//! The time limits of a socket are for one call each: a peer that sends or takes a byte now and
//! then could hold a whole frame up forever. Here all calls together have one limit.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// A stream whose calls block until the deadline at most; after it each fails with `TimedOut`.
#[derive(Debug, Clone, Copy)]
pub struct Until<'a> {
    stream: &'a TcpStream,
    deadline: Instant,
}

impl<'a> Until<'a> {
    /// The stream, for calls that end by `limit` from now, all together.
    #[must_use]
    pub fn after(limit: Duration, stream: &'a TcpStream) -> Self {
        let deadline = Instant::now() + limit;
        Self { stream, deadline }
    }

    /// Never zero, which the system would take for no limit at all.
    fn left(&self) -> io::Result<Option<Duration>> {
        let left = self.deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        Ok(Some(left))
    }
}

impl Read for Until<'_> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        self.stream.set_read_timeout(self.left()?)?;
        self.stream.read(bytes)
    }
}

impl Write for Until<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.stream.set_write_timeout(self.left()?)?;
        self.stream.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
