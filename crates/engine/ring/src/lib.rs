//! A ring of messages in shared memory, with one writer and one reader at a time: the base of pipe
//! and queue.
//!
//! A [`Writer`] and a [`Reader`] carry bytes; a [`MessageWriter`] and a [`MessageReader`] carry
//! values of a type, and record them in the log of a run.
//!
//! Read `layout.rs` (how messages lie in memory, and why SIGKILL cannot leave half of one) with
//! `position.rs`; then `writer.rs` and `reader.rs`, each of which moves one number that the other
//! reads; `sleep.rs` (how one side sleeps, is woken, and learns that the other has gone);
//! `messages.rs`. Everything in `tuning.rs` is for speed alone.

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

/// Makes a ring of at least `capacity_bytes`, for at most `most_messages` messages at a time, and
/// returns its two sides.
///
/// # Errors
/// When either is 0 or too large to be counted ([`MOST_BYTES`], [`MOST_MESSAGES`]), or when the
/// system has no memory to share or no descriptor left.
pub fn ring(capacity_bytes: usize, most_messages: u32) -> io::Result<(Writer, Reader)> {
    let ring = Arc::new(Ring::new(capacity_bytes, most_messages)?);
    let (writer_bell, reader_bell) = Bell::pair()?;
    let writer = Writer::new(writer_bell, Arc::clone(&ring));
    Ok((writer, Reader::new(reader_bell, ring)))
}

/// Makes a [`ring`] for messages of a type. `trace` records them in the log of a run.
///
/// # Errors
/// Those of [`ring`].
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
