//! The machinery below pipe and queue: a ring of bytes in shared memory, with one writer and one
//! reader at a time. All `unsafe` of this crate is here and in the files below `ring/`.
//!
//! A message is put into the ring in pieces, each with a length in front. A piece exists from
//! the moment that one store to `tail` has been made, and its room is free again from one store
//! to `head` on. A process killed before such a store has done nothing; killed after it, it has
//! done all. That is the whole of the proof against SIGKILL.
//!
//! The writer alone writes `tail` and the bytes from `tail` to `head`; the reader alone writes
//! `head`, and reads the bytes from `head` to `tail`. Where several processes want to be the
//! writer (a queue), a lock has to say who is.

mod among_others;
mod handles;
mod patience;
mod pause;
mod read_into;
mod reader;
mod side;
mod watch;
mod writer;

use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use multiprocess::{Mapping, Shareable, Shared};

use crate::bell;
use crate::position::Position;
pub use patience::Patience;
pub(crate) use pause::wait_awake;
pub use reader::Reader;
use side::{Leaving, Side};
pub use writer::Writer;

/// Why nothing was written. Nothing of the message is in the ring, or what is will be skipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WriteError {
    /// No room, and patience is over.
    Full,
    /// Every reader has gone.
    Disconnected,
    /// This process was not given the writing end (see `multiprocess::End::is_held`).
    NotHeld,
    /// The message can never be in the ring as a whole.
    TooLong {
        /// The longest one that can.
        most_bytes: usize,
    },
}

/// Why nothing was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadError {
    /// No message, and patience is over.
    Empty,
    /// Every writer has gone, and every message has been read.
    Disconnected,
    /// This process was not given the reading end.
    NotHeld,
}

/// In shared memory.
#[derive(Debug, Default)]
#[repr(C)]
struct Header {
    writer: Side,
    reader: Side,
}

// SAFETY: atomics only.
unsafe impl Shareable for Header {}

/// What writer and reader have in common.
#[derive(Debug)]
struct Ring {
    header: Shared<Header>,
    bytes: Mapping,
    /// A power of two.
    capacity: usize,
    /// How many messages may be in the ring.
    most_messages: u32,
}

/// The length of a piece, with two flags in the lowest bits, stands in front of it.
const LENGTH_BYTES: usize = 4;
/// The piece begins a message: what was read of another one before is to be forgotten.
const FIRST: u32 = 1;
/// The piece ends it.
const LAST: u32 = 2;

/// The most bytes of a ring: the length of a piece has 30 bits.
pub const MOST_BYTES: usize = 1 << 29;

/// Each piece begins at a multiple of four, so that its length never lies across the ring's end.
const fn room_of(piece_bytes: usize) -> usize {
    LENGTH_BYTES + piece_bytes.next_multiple_of(LENGTH_BYTES)
}

/// A ring of at least `capacity_bytes`, for at most `most_messages` messages at a time, and its
/// two sides.
///
/// # Errors
/// When either is 0 or beyond what can be counted, or when the system has no memory to share or
/// no descriptors left.
pub fn ring(capacity_bytes: usize, most_messages: u32) -> io::Result<(Writer, Reader)> {
    let counts = (1..=MOST_BYTES).contains(&capacity_bytes)
        && (1..=Position::MOST_MESSAGES).contains(&most_messages);
    if !counts {
        let text =
            format!("cannot make a ring of {capacity_bytes} bytes, {most_messages} messages");
        return Err(io::Error::new(io::ErrorKind::InvalidInput, text));
    }
    let capacity = capacity_bytes.next_power_of_two().max(4096);
    let ring = Arc::new(Ring {
        header: Shared::new(Header::default())?,
        bytes: Mapping::new(capacity)?,
        capacity,
        most_messages,
    });
    let (writer_bell, reader_bell) = bell::pair()?;
    let writer = Writer::new(writer_bell, Arc::clone(&ring));
    let reader = Reader::new(reader_bell, Leaving(ring));
    Ok((writer, reader))
}

impl Ring {
    /// Copies a piece into the ring at `tail`, its length first.
    ///
    /// # Safety
    /// The caller is the writer, and there is room for the piece from `tail` on.
    #[inline]
    unsafe fn put_piece(&self, tail: Position, piece: &[u8], flags: u32) {
        let at = tail.bytes() & (self.capacity - 1);
        let length = u32::try_from(piece.len() << 2).expect("a piece is shorter than a gigabyte");
        // SAFETY: `at` is inside the mapping.
        let place = unsafe { self.bytes.start().add(at) };
        // SAFETY: pieces begin at multiples of four, as the mapping and its length are, so the
        // place is aligned and never goes around the end; the caller vouches that it is free.
        unsafe { place.cast::<u32>().write((length | flags).to_le()) };
        let at = (at + LENGTH_BYTES) & (self.capacity - 1);
        let (one, rest) = piece.split_at(piece.len().min(self.capacity - at));
        // SAFETY: `one` ends at the end of the mapping or before, and as above.
        unsafe { self.copy_in(at, one) };
        if !rest.is_empty() {
            // SAFETY: around the end: a piece is never longer than the ring, and as above.
            unsafe { self.copy_in(0, rest) };
        }
    }

    /// # Safety
    /// The caller is the writer; the room from `at` on is free, and inside the mapping.
    #[inline]
    unsafe fn copy_in(&self, at: usize, bytes: &[u8]) {
        // SAFETY: the caller vouches for `at`.
        let place = unsafe { self.bytes.start().add(at) }.as_ptr().cast::<u8>();
        // SAFETY: there is room for `bytes`, which lie elsewhere, and nobody else touches it.
        unsafe { place.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
    }

    /// The piece at the head: its flags, its bytes (in two parts where they go around the end),
    /// and the position after it.
    ///
    /// # Safety
    /// The caller is the reader, a piece is published there, and it does not free its room while
    /// it has the slices.
    #[inline]
    unsafe fn piece(&self) -> (u32, &[u8], &[u8], Position) {
        let head = self.header.reader.position(Ordering::Relaxed);
        let at = head.bytes() & (self.capacity - 1);
        // SAFETY: `at` is inside the mapping.
        let place = unsafe { self.bytes.start().add(at) };
        // SAFETY: pieces begin at multiples of four, as the mapping and its length are, so the
        // place is aligned and never goes around the end.
        let length = u32::from_le(unsafe { place.cast::<u32>().read() });
        let (len, flags) = ((length >> 2) as usize, length & (FIRST | LAST));
        // SAFETY: the caller vouches for the piece, and its length is published with it.
        let (one, rest) = unsafe { self.published(head.bytes() + LENGTH_BYTES, len) };
        let after = head.after(room_of(len), u32::from(flags & LAST != 0));
        (flags, one, rest, after)
    }

    /// The `len` bytes from `at` on, in two parts where they go around the end.
    ///
    /// # Safety
    /// The caller is the reader, the bytes have been published, and it does not free their room
    /// while it has the slices.
    #[inline]
    unsafe fn published(&self, at: usize, len: usize) -> (&[u8], &[u8]) {
        let at = at & (self.capacity - 1);
        let one = len.min(self.capacity - at);
        let start = self.bytes.start().as_ptr().cast_const();
        // SAFETY: `at` is inside the mapping.
        let place = unsafe { start.add(at) };
        // SAFETY: `one` bytes from `place` are inside it, and nobody writes them (see above).
        let head = unsafe { std::slice::from_raw_parts(place, one) };
        // SAFETY: the rest is shorter than the ring, and as above.
        let tail = unsafe { std::slice::from_raw_parts(start, len - one) };
        (head, tail)
    }

    fn messages_beyond(&self, count: u32) -> u32 {
        let tail = self.header.writer.position(Ordering::Acquire);
        tail.messages_since(Position(0).after(0, count))
    }

    fn len_messages(&self) -> u32 {
        // Head first: it never passes a tail that is read after it.
        let head = self.header.reader.position(Ordering::Acquire);
        let tail = self.header.writer.position(Ordering::Acquire);
        tail.messages_since(head)
    }
}
