//! A ring of messages in shared memory, with one writer and one reader at a time: what pipe and
//! queue are made of.
//!
//! A [`Writer`] and a [`Reader`] carry bytes; a [`MessageWriter`] and a [`MessageReader`] carry
//! values of a type, and tell the log of a run what happens to them.
//!
//! To read: `layout.rs` (how messages lie in memory, and why SIGKILL cannot leave half of one) with
//! `position.rs`; `writer.rs` and `reader.rs`, each of which moves one number that the other looks
//! at; `sleep.rs` (how one side sleeps, is woken, and learns that the other has gone);
//! `messages.rs`. What only makes it fast is in `tuning.rs`.

mod error;
mod layout;
mod messages;
mod position;
mod reader;
mod sleep;
mod tuning;
mod wait_any;
mod writer;

use std::io;
use std::sync::Arc;

use common::Trace;

use layout::Ring;
use sleep::Bell;

pub use child::{NOT_HELD, Patience};
pub use error::{ReadError, WriteError};
pub use layout::MOST_BYTES;
pub use messages::{MessageReader, MessageWriter, Packed};
pub use position::MOST_MESSAGES;
pub use reader::Reader;
pub use sleep::sleep_until_woken;
pub use wait_any::wait_any;
pub use writer::Writer;

/// A ring of at least `capacity_bytes`, for at most `most_messages` messages at a time, and its
/// two sides.
///
/// # Errors
/// When either is 0 or beyond what can be counted ([`MOST_BYTES`], [`MOST_MESSAGES`]), or
/// when the system has no memory to share or no descriptors left.
pub fn ring(capacity_bytes: usize, most_messages: u32) -> io::Result<(Writer, Reader)> {
    let ring = Arc::new(Ring::new(capacity_bytes, most_messages)?);
    let (writer_bell, reader_bell) = Bell::pair()?;
    let writer = Writer::new(writer_bell, Arc::clone(&ring));
    Ok((writer, Reader::new(reader_bell, ring)))
}

/// A [`ring`] for messages of a type. `trace` is what the log of a run is told by.
///
/// # Errors
/// As [`ring`].
pub fn messages<T: ?Sized>(
    capacity_bytes: usize,
    most_messages: u32,
    trace: Trace,
) -> io::Result<(MessageWriter<T>, MessageReader<T>)> {
    let (writer, reader) = ring(capacity_bytes, most_messages)?;
    let trace = Arc::new(trace);
    let writer = MessageWriter::new(writer, Arc::clone(&trace));
    Ok((writer, MessageReader::new(reader, trace)))
}
