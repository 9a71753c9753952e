//! The layout of messages in shared memory.
//!
//! ```text
//!                      head                          tail
//!                       v                             v
//!     +----------------+-----------+-----------+-----+----------------+
//!     |      free      | len bytes | len bytes | len bytes |   free   |
//!     +----------------+-----------+-----------+-----+----------------+
//! ```
//!
//! A message is put into the ring in pieces, each preceded by its length. A piece exists once one
//! store to `tail` has been made, and its room is free again after one store to `head`. A process
//! that is killed before such a store has done nothing; one that is killed after it has done
//! everything. That is the whole proof against SIGKILL.
//!
//! Only the writer writes `tail` and the bytes from `tail` to `head`; only the reader writes `head`
//! and reads the bytes from `head` to `tail`. If several processes want to write (a queue), a lock
//! has to decide which of them is the writer.

use std::io;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use child::{Mapping, Shareable, Shared};
use common::LastEvent;

use crate::position::{MOST_MESSAGES, Position};

/// The size of the field before a piece: the piece's length, with two flags in the lowest bits.
pub(crate) const LENGTH_BYTES: usize = 4;
/// Flag: the piece begins a message, and an unfinished message before it is dropped.
pub(crate) const FIRST: u32 = 1;
/// Flag: the piece ends its message.
pub(crate) const LAST: u32 = 2;

/// The most bytes in a ring: the length of a piece has 30 bits.
pub const MOST_BYTES: usize = 1 << 29;

/// The room for a piece. Pieces begin at multiples of four, so a length never lies across the ring's end.
pub(crate) const fn room_of(piece_bytes: usize) -> usize {
    LENGTH_BYTES + piece_bytes.next_multiple_of(LENGTH_BYTES)
}

/// The page that both processes map: one `Side` for each, whose position only that side moves.
#[derive(Debug, Default)]
#[repr(C)]
pub(crate) struct Header {
    pub(crate) writer: Side,
    pub(crate) reader: Side,
}

// SAFETY: atomics only.
unsafe impl Shareable for Header {}

/// One side of a ring, as the other one sees it: its position, and whether it sleeps.
///
/// The two processors must not take cache lines from each other at each message. So the values that
/// a side writes all the time have a line of their own (two: processors fetch pairs), and the
/// values that both read all the time lie apart from it and are seldom written.
#[derive(Debug, Default)]
#[repr(C)]
pub(crate) struct Side {
    progress: Progress,
    pub(crate) notice: Notice,
}

/// How far a side has come; the other side reads this only when it has nothing left to do.
#[derive(Debug, Default)]
#[repr(C, align(128))]
struct Progress {
    /// `tail` for the writer, `head` for the reader.
    position: AtomicU64,
    /// The other side's position when this side last read it: by now it is there or further. It is
    /// here and not in the handle, since a queue has many handles to a side: the value in one of
    /// them would be wrong once the others have gone round the ring. (The lock that makes a handle
    /// the only writer also makes the last writer's value visible to it.)
    seen: AtomicU64,
}

/// The signals of a side to the other side.
#[derive(Debug, Default)]
#[repr(C, align(128))]
pub(crate) struct Notice {
    /// 1 while this side sleeps, or is about to. It is a flag that is set again before each sleep,
    /// and not a count: so a sleeper that is killed cannot leave it wrong for good.
    pub(crate) sleeps: AtomicU32,
    /// 1 after a reader has been closed: the writer then checks its bell. (A reader that finds
    /// nothing checks its bell anyway.)
    pub(crate) left: AtomicU32,
    /// In a recorded run, the event of the last close.
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

    /// Reads the other side's position, and keeps it in `seen`.
    #[inline]
    pub(crate) fn look_at(&self, other: &Self) -> Position {
        // Acquire: all that the other side did before it moved on is visible.
        let seen = other.position(Ordering::Acquire);
        self.progress.seen.store(seen.0, Ordering::Relaxed);
        seen
    }

    /// Moves this side on: the one store that publishes a piece, or frees its room.
    #[inline]
    pub(crate) fn move_to(&self, position: Position) {
        self.progress.position.store(position.0, Ordering::Release);
    }
}

/// The parts that writer and reader share.
#[derive(Debug)]
pub(crate) struct Ring {
    pub(crate) header: Shared<Header>,
    bytes: Mapping,
    /// A power of two.
    pub(crate) capacity: usize,
    /// How many messages can be in the ring at a time.
    pub(crate) most_messages: u32,
}

/// A piece in the ring.
pub(crate) struct Piece<'a> {
    pub(crate) flags: u32,
    /// Its bytes, in two parts if they go around the ring's end.
    pub(crate) parts: [&'a [u8]; 2],
    /// The position after the piece.
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

    /// Copies a piece into the ring at `tail`, preceded by its length.
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

    /// Returns the piece at the head.
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

    /// Returns the `len` bytes from `at` on, in two parts if they go around the end.
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

    /// How many more messages than `count` have been written since the start, modulo 2^24.
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
