//! The received part of the next messages, so that a wait that is given up loses no part of one.
//!
//! The stream is cut as [`common::frame`] writes it: four bytes of length, then the message.

use std::io;
use std::time::{Duration, Instant};

use crate::limits::SILENCE_LIMIT;

/// How many bytes are read at once.
const CHUNK: usize = 16 << 10;

/// The longest single wait for the rest of a message; none counts as longer. If this process was
/// stopped in a wait (Ctrl-Z), the rest may have arrived long ago.
const LONGEST_WAIT: Duration = Duration::from_millis(300);

#[derive(Debug)]
pub(crate) struct Inbox {
    bytes: Vec<u8>,
    /// The position of the first message that was not taken.
    start: usize,
    /// How long this end has waited for the rest of an incomplete message. The time between two
    /// calls does not count: the rest may have arrived in it.
    waited: Duration,
    /// The length of the longest message allowed.
    limit: usize,
}

impl Inbox {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            bytes: Vec::new(),
            start: 0,
            waited: Duration::ZERO,
            limit,
        }
    }

    /// Takes the next message, if it is complete. The error is the reason why it cannot become one.
    pub(crate) fn next(&mut self) -> Result<Option<Vec<u8>>, String> {
        let rest = &self.bytes[self.start..];
        if let Some((length, rest)) = rest.split_first_chunk() {
            let length = u32::from_le_bytes(*length) as usize;
            if length > self.limit {
                let limit = self.limit;
                return Err(format!("{length} bytes are above the limit of {limit}"));
            }
            if let Some(message) = rest.get(..length) {
                let message = message.to_vec();
                self.start += size_of::<u32>() + length;
                self.waited = Duration::ZERO;
                return Ok(Some(message));
            }
        }
        if self.waited < SILENCE_LIMIT {
            return Ok(None);
        }
        Err(format!("its rest did not come within {SILENCE_LIMIT:?}"))
    }

    /// How long the next [`fill`](Self::fill) may wait: as long as it takes for a new message, and
    /// a part of the limit for the rest of one that has begun.
    pub(crate) fn longest_wait(&self) -> Duration {
        match self.start < self.bytes.len() {
            true => LONGEST_WAIT.min(SILENCE_LIMIT.saturating_sub(self.waited)),
            false => Duration::MAX,
        }
    }

    /// Takes in the bytes that `read` returns. At the end of the stream the error is
    /// `UnexpectedEof` inside a message, and `ConnectionAborted` between two.
    pub(crate) fn fill(
        &mut self,
        read: impl FnOnce(&mut [u8]) -> io::Result<usize>,
    ) -> io::Result<()> {
        self.bytes.drain(..self.start);
        self.start = 0;
        let had = self.bytes.len();
        self.bytes.resize(had + CHUNK, 0);
        let asked = Instant::now();
        let got = read(&mut self.bytes[had..]);
        if had > 0 {
            self.waited += asked.elapsed().min(LONGEST_WAIT);
        }
        self.bytes.truncate(had + *got.as_ref().unwrap_or(&0));
        match got? {
            0 if had == 0 => Err(io::ErrorKind::ConnectionAborted.into()),
            0 => Err(io::Error::new(
                io::ErrorKind::UnexpectedEof,
                "the stream ended inside a message: its writer died",
            )),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    /// A read that returns `bytes` after this time.
    fn read_after(time: Duration, bytes: &[u8]) -> impl FnOnce(&mut [u8]) -> io::Result<usize> {
        move |buffer| {
            thread::sleep(time);
            buffer[..bytes.len()].copy_from_slice(bytes);
            Ok(bytes.len())
        }
    }

    /// To a process that is stopped in a read and continued, the read seems that long.
    #[test]
    fn a_single_long_read_does_not_end_a_message() {
        let mut inbox = Inbox::new(100);
        let now = Duration::ZERO;
        inbox.fill(read_after(now, &[3, 0, 0, 0, 7])).unwrap();
        assert_eq!(inbox.next(), Ok(None));
        inbox.fill(read_after(SILENCE_LIMIT, &[8])).unwrap();
        assert_eq!(inbox.next(), Ok(None));
        inbox.fill(read_after(now, &[9])).unwrap();
        assert_eq!(inbox.next(), Ok(Some(vec![7, 8, 9])));
    }
}
