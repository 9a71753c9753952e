//! A stream with one time limit for all its calls.
//!
//! The time limits of a socket apply to each call: a peer that sends or takes a byte now and then
//! could delay a whole frame forever. Here all calls together have one limit. It is measured in waits,
//! because time in which this process was stopped says nothing about the peer.

use std::io::{self, Read, Write};
use std::mem;
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// How long the first call may block even if the limit is over.
const FIRST_CALL: Duration = Duration::from_millis(1);

/// The longest single wait, of a call or between two calls; none counts as longer. If this process
/// was stopped (Ctrl-Z), the peer may have done its part long ago.
const LONGEST_WAIT: Duration = Duration::from_millis(300);

/// A stream whose calls block until the limit is over; after that each call fails with `TimedOut`.
///
/// Only the first call is made in any case. The caller may have lost the processor for all of a
/// short limit, and whether the peer has sent something, or has room, shows only in a call.
#[derive(Debug)]
pub struct Until<'a> {
    stream: &'a TcpStream,
    /// How much of the limit is left.
    left: Duration,
    /// Until when the time has been counted.
    counted: Instant,
    /// Whether no call has been made that was not interrupted.
    is_new: bool,
}

impl<'a> Until<'a> {
    /// The stream, for calls that all end within `limit` from now.
    #[must_use]
    pub fn after(limit: Duration, stream: &'a TcpStream) -> Self {
        Self {
            stream,
            left: limit,
            counted: Instant::now(),
            is_new: true,
        }
    }

    /// Makes a call in waits that are short enough to be counted.
    fn call<T>(
        &mut self,
        set_limit: fn(&TcpStream, Option<Duration>) -> io::Result<()>,
        mut call: impl FnMut(&TcpStream) -> io::Result<T>,
    ) -> io::Result<T> {
        loop {
            let now = Instant::now();
            let waited = now.duration_since(mem::replace(&mut self.counted, now));
            self.left = self.left.saturating_sub(waited.min(LONGEST_WAIT));
            if self.left.is_zero() && !self.is_new {
                return Err(io::ErrorKind::TimedOut.into());
            }
            // Never zero, which the system would take for no limit.
            set_limit(self.stream, Some(self.left.clamp(FIRST_CALL, LONGEST_WAIT)))?;
            match call(self.stream) {
                // By a stop: this call has found out nothing.
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                // The system reports a limit that is over like the error of a non-blocking socket
                // (socket(7), `SO_RCVTIMEO`).
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => self.is_new = false,
                done => {
                    self.is_new = false;
                    return done;
                }
            }
        }
    }
}

impl Read for Until<'_> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        self.call(TcpStream::set_read_timeout, |mut stream| stream.read(bytes))
    }
}

impl Write for Until<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.call(TcpStream::set_write_timeout, |mut stream| {
            stream.write(bytes)
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::thread;

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

    /// To a process that was stopped and goes on, its last wait seems that long.
    #[test]
    fn a_single_long_wait_does_not_end_a_limit() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let ours = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let limit = 3 * LONGEST_WAIT;
        let mut stopped = Until::after(limit, &ours);
        stopped.write_all(b"!").unwrap();
        thread::sleep(limit);
        stopped.write_all(b"!").unwrap();
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
