//! A pipe for bytes as they are, without a copy into a message of their own.

use std::cell::RefCell;
use std::error::Error;
use std::{fmt, io};

use common::{EventId, Kind, record};

use crate::ring::{self, Patience, ReadError, Reader, Writer};
use crate::{RecvError, SendError};

const CAPACITY_BYTES: usize = 2 << 20;

/// A one-way pipe for messages that are bytes already.
///
/// # Errors
/// When the system has no memory to share or no descriptors left.
pub fn byte_pipe() -> io::Result<(ByteSender, ByteReceiver)> {
    let (writer, reader) = ring::ring(CAPACITY_BYTES, u32::MAX >> 8)?;
    let name = common::next_name("pipe");
    let sender = ByteSender {
        name: name.clone(),
        writer: RefCell::new(writer),
    };
    let receiver = ByteReceiver {
        name,
        reader: RefCell::new(reader),
    };
    Ok((sender, receiver))
}

/// The sending end. Drop closes it.
#[derive(Debug)]
pub struct ByteSender {
    name: String,
    writer: RefCell<Writer>,
}

impl ByteSender {
    /// Sends these bytes as one message. Blocks while the pipe is full (2 MiB), for as long as
    /// the receiver lives.
    ///
    /// # Errors
    /// [`SendError::Disconnected`] when the receiver has gone.
    pub fn send(&self, bytes: &[u8]) -> Result<(), SendError<()>> {
        let writer = &mut *self.writer.borrow_mut();
        if !writer.is_held() {
            return Err(SendError::NotHeld(()));
        }
        let what = format_args!("{} bytes", bytes.len());
        let send = record(Kind::Send, &self.name, what, EventId::NONE);
        writer.write(bytes, Patience::Forever).map_err(|_gone| {
            record(Kind::GiveUp, &self.name, what, send);
            SendError::Disconnected(())
        })
    }
}

/// The receiving end. Drop closes it.
#[derive(Debug)]
pub struct ByteReceiver {
    name: String,
    reader: RefCell<Reader>,
}

/// The buffer was shorter than the message, which is here instead.
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

impl ByteReceiver {
    /// Receives the next message into `buffer`, and gives its length. Blocks until there is one,
    /// or until the sender has gone.
    ///
    /// # Errors
    /// The outer error at the end of the stream. The inner one when the buffer is too short; it
    /// brings the message. Either way the buffer may hold a part of a message.
    pub fn recv_into(&self, buffer: &mut [u8]) -> Result<Result<usize, BufferTooShort>, RecvError> {
        let read = self.reader.borrow_mut().read_into(buffer);
        let read = read.map_err(|error| match error {
            ReadError::NotHeld => RecvError::NotHeld,
            _ => RecvError::Disconnected,
        })?;
        record(Kind::Recv, &self.name, format_args!(""), EventId::NONE);
        Ok(read.map_err(|message| BufferTooShort { message }))
    }
}
