//! The received part of the next messages, so that a wait that is given up loses no part of one.
//!
//! The stream is cut as [`common::frame`] writes it: four bytes of length, then the message.

use std::io;
use std::time::{Duration, Instant};

use crate::limits::SILENCE_LIMIT;

/// How many bytes are read at once.
const CHUNK: usize = 16 << 10;

#[derive(Debug)]
pub(crate) struct Inbox {
    bytes: Vec<u8>,
    /// The position of the first message that was not taken.
    start: usize,
    /// Since when an incomplete message has waited for its rest.
    begun: Option<Instant>,
    /// The length of the longest message allowed.
    limit: usize,
}

impl Inbox {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            bytes: Vec::new(),
            start: 0,
            begun: None,
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
                self.begun = None;
                return Ok(Some(message));
            }
        }
        if rest.is_empty() {
            return Ok(None);
        }
        let begun = *self.begun.get_or_insert_with(Instant::now);
        if begun.elapsed() < SILENCE_LIMIT {
            return Ok(None);
        }
        Err(format!("it was not whole within {SILENCE_LIMIT:?}"))
    }

    /// How long the message that has begun may still take.
    pub(crate) fn time_to_be_whole(&self) -> Option<Duration> {
        let begun = self.begun?;
        Some(SILENCE_LIMIT.saturating_sub(begun.elapsed()))
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
        let got = read(&mut self.bytes[had..]);
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
