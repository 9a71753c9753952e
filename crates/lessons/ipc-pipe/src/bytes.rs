//! A pipe for plain bytes, which are not copied into a message first.

use std::error::Error;
use std::{fmt, io};

use common::Trace;
use ring::{MessageReader, MessageWriter, ReadError, WriteError};

use crate::error::not_held;

const CAPACITY_BYTES: usize = 2 << 20;

/// Creates a one-way pipe for messages that are plain bytes.
///
/// # Errors
/// When the system has no memory to share or no descriptors left.
pub fn byte_pipe() -> io::Result<(ByteSender, ByteReceiver)> {
    let trace = Trace::new("pipe");
    let (writer, reader) = ring::messages(CAPACITY_BYTES, ring::MOST_MESSAGES, trace)?;
    Ok((ByteSender(writer), ByteReceiver(reader)))
}

/// The sending end. Drop closes it.
#[derive(Debug)]
pub struct ByteSender(MessageWriter<[u8]>);

impl ByteSender {
    /// Sends these bytes as one message. Blocks while the pipe is full (2 MiB), for as long as the
    /// receiver lives.
    ///
    /// # Errors
    /// [`ByteError`]; `Disconnected` when the receiver has gone.
    pub fn send(&self, bytes: &[u8]) -> Result<(), ByteError> {
        let sent = self.0.send_bytes(bytes);
        sent.map_err(|error| match error {
            WriteError::NotHeld => ByteError::NotHeld,
            _ => ByteError::Disconnected, // This call waits for room, and needs no encoding.
        })
    }
}

/// The receiving end. Drop closes it.
#[derive(Debug)]
pub struct ByteReceiver(MessageReader<[u8]>);

impl ByteReceiver {
    /// Receives the next message into `buffer`, and returns its length. Blocks until there is one,
    /// or until the sender has gone.
    ///
    /// # Errors
    /// The outer error at the end of the stream. The inner one when the buffer is too short; it
    /// holds the message. In both cases the buffer may hold a part of a message.
    pub fn recv_into(&self, buffer: &mut [u8]) -> Result<Result<usize, BufferTooShort>, ByteError> {
        let read = self.0.recv_into(buffer).map_err(|error| match error {
            ReadError::NotHeld => ByteError::NotHeld,
            _ => ByteError::Disconnected, // This call waits for a message.
        })?;
        Ok(read.map_err(|message| BufferTooShort { message }))
    }
}

/// Why no bytes were sent or received.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ByteError {
    /// The other side has gone. For a receiver also: everything that it had sent has been received.
    Disconnected,
    /// The end stayed with another process when this one was started.
    NotHeld,
}

impl fmt::Display for ByteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Disconnected => f.write_str("the other side has gone"),
            Self::NotHeld => not_held(f),
        }
    }
}

impl Error for ByteError {}

/// The buffer was too short for the message, which this error holds instead.
#[derive(Debug, PartialEq, Eq)]
pub struct BufferTooShort {
    /// The whole message.
    pub message: Vec<u8>,
}

impl fmt::Display for BufferTooShort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let needed = self.message.len();
        write!(f, "the buffer is too short: the message has {needed} bytes")
    }
}

impl Error for BufferTooShort {}
