//! How messages lie in shared memory.
//!
//! ```text
//!                      head                          tail
//!                       v                             v
//!     +----------------+-----------+-----------+-----+----------------+
//!     |      free      | len bytes | len bytes | len bytes |   free   |
//!     +----------------+-----------+-----------+-----+----------------+
//! ```
//!
//! A message is put into the ring in pieces, each with a length in front. A piece exists from the
//! moment that one store to `tail` has been made, and its room is free again from one store to
//! `head` on. A process killed before such a store has done nothing; killed after it, it has done
//! all. That is the whole of the proof against SIGKILL.
//!
//! The writer alone writes `tail` and the bytes from `tail` to `head`; the reader alone writes
//! `head`, and reads the bytes from `head` to `tail`. Where several processes want to be the
//! writer (a queue), a lock has to say who is.

use std::io;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use child::{Mapping, Shareable, Shared};
use common::LastEvent;

use crate::position::{MOST_MESSAGES, Position};

/// The length of a piece, with two flags in the lowest bits, stands in front of it.
pub(crate) const LENGTH_BYTES: usize = 4;
/// The piece begins a message: what was read of another one before is to be forgotten.
pub(crate) const FIRST: u32 = 1;
/// The piece ends it.
pub(crate) const LAST: u32 = 2;

/// The most bytes of a ring: the length of a piece has 30 bits.
pub const MOST_BYTES: usize = 1 << 29;

/// Each piece begins at a multiple of four, so that its length never lies across the ring's end.
pub(crate) const fn room_of(piece_bytes: usize) -> usize {
    LENGTH_BYTES + piece_bytes.next_multiple_of(LENGTH_BYTES)
}

/// In shared memory: the two sides, each written by one process.
#[derive(Debug, Default)]
#[repr(C)]
pub(crate) struct Header {
    pub(crate) writer: Side,
    pub(crate) reader: Side,
}

// SAFETY: atomics only.
unsafe impl Shareable for Header {}

/// One side of a ring, as the other one sees it: how far it has come, and whether it sleeps.
///
/// The two processors must not take cache lines from each other with each message. So what a
/// side writes all the time has a line of its own (two: processors fetch pairs), and what both
/// look at all the time lies apart from that and is seldom written.
#[derive(Debug, Default)]
#[repr(C)]
pub(crate) struct Side {
    progress: Progress,
    pub(crate) notice: Notice,
}

/// How far a side has come; the other one looks here only when it has nothing left to do.
#[derive(Debug, Default)]
#[repr(C, align(128))]
struct Progress {
    /// `tail` for the writer, `head` for the reader.
    position: AtomicU64,
    /// The other side's position when this one last looked: it is there or further. Here and not
    /// in the handle, since a queue has many handles to a side: what one of them saw would be
    /// wrong when the others have gone round the ring since. (The lock that makes it the one
    /// writer also lets it see what the last one saw.)
    seen: AtomicU64,
}

/// What a side has to tell the other.
#[derive(Debug, Default)]
#[repr(C, align(128))]
pub(crate) struct Notice {
    /// 1 while this side sleeps, or is about to. A flag that is set again before each sleep, and
    /// no count: a sleeper that is killed cannot leave it wrong for good.
    pub(crate) sleeps: AtomicU32,
    /// 1 when some reader has been closed: the writer looks at its bell. (A reader that finds
    /// nothing asks its bell anyway.)
    pub(crate) left: AtomicU32,
    /// While recording: the event of the last close.
    pub(crate) closed: LastEvent,
}

impl Side {
    #[inline]
    pub(crate) fn position(&self, ordering: Ordering) -> Position {
        Position(self.progress.position.load(ordering))
    }

    #[inline]
    pub(crate) fn seen(&self) -> Position {
        Position(self.progress.seen.load(Ordering::Relaxed))
    }

    /// Looks how far the other side has come.
    #[inline]
    pub(crate) fn look_at(&self, other: &Self) -> Position {
        // What the other side did before it moved on is done.
        let seen = other.position(Ordering::Acquire);
        self.progress.seen.store(seen.0, Ordering::Relaxed);
        seen
    }

    /// Moves this side on: the one store by which a piece or its room comes to be.
    #[inline]
    pub(crate) fn move_to(&self, position: Position) {
        self.progress.position.store(position.0, Ordering::Release);
    }
}

/// What writer and reader have in common.
#[derive(Debug)]
pub(crate) struct Ring {
    pub(crate) header: Shared<Header>,
    bytes: Mapping,
    /// A power of two.
    pub(crate) capacity: usize,
    /// How many messages may be in the ring.
    pub(crate) most_messages: u32,
}

/// A piece that lies in the ring.
pub(crate) struct Piece<'a> {
    pub(crate) flags: u32,
    /// Its bytes, in two parts where they go around the ring's end.
    pub(crate) parts: [&'a [u8]; 2],
    /// The position after it.
    pub(crate) end: Position,
}

impl Ring {
    pub(crate) fn new(capacity_bytes: usize, most_messages: u32) -> io::Result<Self> {
        let counts = (1..=MOST_BYTES).contains(&capacity_bytes)
            && (1..=MOST_MESSAGES).contains(&most_messages);
        if !counts {
            let text =
                format!("cannot make a ring of {capacity_bytes} bytes, {most_messages} messages");
            return Err(io::Error::new(io::ErrorKind::InvalidInput, text));
        }
        let capacity = capacity_bytes.next_power_of_two().max(4096);
        Ok(Self {
            header: Shared::new(Header::default())?,
            bytes: Mapping::new(capacity)?,
            capacity,
            most_messages,
        })
    }

    /// Copies a piece into the ring at `tail`, its length first.
    ///
    /// # Safety
    /// The caller is the writer, and there is room for the piece from `tail` on.
    #[inline]
    pub(crate) unsafe fn put_piece(&self, tail: Position, piece: &[u8], flags: u32) {
        let at = tail.bytes() & (self.capacity - 1);
        let length = u32::try_from(piece.len() << 2).expect("a piece is shorter than a gigabyte");
        // SAFETY: `at` is inside the mapping.
        let place = unsafe { self.bytes.start().add(at) };
        // SAFETY: pieces begin at multiples of four, as the mapping and its length are, so the
        // place is aligned and never goes around the end; the caller vouches that it is free.
        unsafe { place.cast::<u32>().write((length | flags).to_le()) };
        let at = (at + LENGTH_BYTES) & (self.capacity - 1);
        let (one, rest) = piece.split_at(piece.len().min(self.capacity - at));
        // SAFETY: `one` ends at the end of the mapping or before; the caller vouches that it is free.
        unsafe { self.copy_in(at, one) };
        if !rest.is_empty() {
            // SAFETY: a piece is never longer than the ring, so the rest, around the end, does not
            // reach its beginning; the caller vouches that the room is free.
            unsafe { self.copy_in(0, rest) };
        }
    }

    /// # Safety
    /// The caller is the writer; the room from `at` on is free, and inside the mapping.
    #[inline]
    unsafe fn copy_in(&self, at: usize, bytes: &[u8]) {
        // SAFETY: the caller vouches for `at`.
        let place = unsafe { self.bytes.start().add(at) }.as_ptr().cast::<u8>();
        // SAFETY: there is room for `bytes`, which lie elsewhere, and no other thread uses it.
        unsafe { place.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
    }

    /// The piece at the head.
    ///
    /// # Safety
    /// The caller is the reader, a piece is published there, and it does not free its room while
    /// it has the slices.
    #[inline]
    pub(crate) unsafe fn piece(&self) -> Piece<'_> {
        let head = self.header.reader.position(Ordering::Relaxed);
        let at = head.bytes() & (self.capacity - 1);
        // SAFETY: `at` is inside the mapping.
        let place = unsafe { self.bytes.start().add(at) };
        // SAFETY: pieces begin at multiples of four, as the mapping and its length are, so the
        // place is aligned and never goes around the end.
        let length = u32::from_le(unsafe { place.cast::<u32>().read() });
        let (len, flags) = ((length >> 2) as usize, length & (FIRST | LAST));
        // SAFETY: the caller vouches for the piece, and its length is published with it.
        let parts = unsafe { self.published(head.bytes() + LENGTH_BYTES, len) };
        Piece {
            flags,
            parts,
            end: head.after(room_of(len), u32::from(flags & LAST != 0)),
        }
    }

    /// The `len` bytes from `at` on, in two parts where they go around the end.
    ///
    /// # Safety
    /// The caller is the reader, the bytes have been published, and it does not free their room
    /// while it has the slices.
    #[inline]
    unsafe fn published(&self, at: usize, len: usize) -> [&[u8]; 2] {
        let at = at & (self.capacity - 1);
        let one = len.min(self.capacity - at);
        let start = self.bytes.start().as_ptr().cast_const();
        // SAFETY: `at` is inside the mapping.
        let place = unsafe { start.add(at) };
        // SAFETY: `one` bytes from `place` are inside it, and no thread writes what is published.
        let head = unsafe { std::slice::from_raw_parts(place, one) };
        // SAFETY: the rest is shorter than the ring, and no thread writes what is published.
        let tail = unsafe { std::slice::from_raw_parts(start, len - one) };
        [head, tail]
    }

    /// How many messages more than `count` were ever written, modulo 2^24.
    pub(crate) fn messages_beyond(&self, count: u32) -> u32 {
        let tail = self.header.writer.position(Ordering::Acquire);
        tail.messages_since(Position(0).after(0, count))
    }

    /// The number of whole messages in the ring.
    pub(crate) fn len_messages(&self) -> u32 {
        // Head first: it never passes a tail that is read after it.
        let head = self.header.reader.position(Ordering::Acquire);
        let tail = self.header.writer.position(Ordering::Acquire);
        tail.messages_since(head)
    }
}
