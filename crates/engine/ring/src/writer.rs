//! The writing side of a ring.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;

use super::side::Gone;
use super::watch::Watch;
use super::{FIRST, Header, LAST, LENGTH_BYTES, Patience, Ring, WriteError, room_of};
use crate::bell::Bell;
use crate::position::Position;

/// A long message is published in pieces of this size, so that the reader copies the one while
/// the writer copies the next.
const PIECE_BYTES: usize = 64 << 10;

/// How often a writer yields to a reader that is behind by a whole ring.
const LONGEST_LEAD: u32 = 20;

/// The writing side. Drop closes it; when the last writer of all processes is closed, the readers
/// see the end.
#[derive(Debug)]
pub struct Writer {
    pub(super) bell: Bell,
    pub(super) ring: Arc<Ring>,
    watch: Watch,
}

impl Writer {
    pub(super) fn new(bell: Bell, ring: Arc<Ring>) -> Self {
        Self {
            bell,
            ring,
            watch: Watch::default(),
        }
    }

    /// Writes a message of any length, a long one in pieces. Blocks while there is no room, for
    /// as long as patience allows.
    ///
    /// # Errors
    /// [`WriteError`]. A message of which some pieces had been written is skipped by the reader.
    #[inline]
    pub fn write(&mut self, message: &[u8], patience: Patience) -> Result<(), WriteError> {
        let piece_bytes = self.piece_bytes();
        let mut rest = message;
        let mut flags = FIRST;
        loop {
            let (piece, later) = rest.split_at(rest.len().min(piece_bytes));
            if later.is_empty() {
                flags |= LAST;
            }
            self.publish(piece, flags, patience)?;
            if later.is_empty() {
                return Ok(());
            }
            (rest, flags) = (later, 0);
        }
    }

    /// Whether [`write`](Self::write) of so many bytes would not have to wait now: this holds
    /// until this side has written something.
    ///
    /// # Errors
    /// [`WriteError`]; `Full` when there is no room for all of it.
    pub fn check_room(&mut self, message_bytes: usize) -> Result<(), WriteError> {
        let piece = self.piece_bytes();
        let (whole, last) = (message_bytes / piece, message_bytes % piece);
        let last_piece = whole == 0 || last > 0;
        self.check_free(whole * room_of(piece) + usize::from(last_piece) * room_of(last))
    }

    /// The same for [`write_whole`](Self::write_whole).
    ///
    /// # Errors
    /// As [`check_room`](Self::check_room), and [`WriteError::TooLong`].
    pub fn check_room_whole(&mut self, message_bytes: usize) -> Result<(), WriteError> {
        self.check_length(message_bytes)?;
        self.check_free(room_of(message_bytes))
    }

    fn check_free(&mut self, needed: usize) -> Result<(), WriteError> {
        self.check_readers()?;
        self.wait_for_room(needed, Patience::None)
    }

    #[inline]
    fn check_length(&self, message_bytes: usize) -> Result<(), WriteError> {
        let most_bytes = self.ring.capacity - LENGTH_BYTES;
        match message_bytes <= most_bytes {
            true => Ok(()),
            false => Err(WriteError::TooLong { most_bytes }),
        }
    }

    fn piece_bytes(&self) -> usize {
        PIECE_BYTES.min(self.ring.capacity / 4)
    }

    /// Writes a message as one piece: it is in the ring as a whole or not at all.
    ///
    /// # Errors
    /// [`WriteError::TooLong`] when the ring is smaller; else as [`write`](Self::write).
    #[inline]
    pub fn write_whole(&mut self, message: &[u8], patience: Patience) -> Result<(), WriteError> {
        self.check_length(message.len())?;
        self.publish(message, FIRST | LAST, patience)
    }

    #[inline]
    fn publish(&mut self, piece: &[u8], flags: u32, patience: Patience) -> Result<(), WriteError> {
        self.check_readers()?;
        self.wait_for_room(room_of(piece.len()), patience)?;
        let tail = self.ring.header.writer.position(Ordering::Relaxed);
        // SAFETY: `self` is the writer, and `wait_for_room` has just found this room free.
        unsafe { self.ring.put_piece(tail, piece, flags) };
        let messages = u32::from(flags & LAST != 0);
        let after = tail.after(room_of(piece.len()), messages);
        // Above this line a kill leaves nothing, below it leaves a whole piece.
        let header = &self.ring.header;
        header.writer.move_to(after, &header.reader, &self.bell);
        Ok(())
    }

    #[inline]
    fn wait_for_room(&self, room: usize, patience: Patience) -> Result<(), WriteError> {
        let ring = &self.ring;
        let Header { writer, reader } = &*ring.header;
        let tail = writer.position(Ordering::Relaxed);
        let fits = |head: Position| {
            ring.capacity - tail.bytes_since(head) >= room
                && tail.messages_since(head) < ring.most_messages
        };
        // Looking costs a cache line, so a writer that knows of enough room does not look.
        if fits(writer.seen()) {
            return Ok(());
        }
        if !matches!(patience, Patience::None) {
            self.let_the_reader_get_ahead(patience);
        }
        match writer.wait(&self.bell, patience, || fits(writer.look_at(reader))) {
            Ok(true) => Ok(()),
            Ok(false) => Err(WriteError::Full),
            Err(Gone) => Err(WriteError::Disconnected),
        }
    }

    /// The ring is full. A writer that took the first little room would find it full again at once,
    /// look again, and so on with each message, and each look takes the cache line of the head from
    /// the reader. So it waits for a quarter of the ring, but not for long. (Where others want the
    /// processor, each turn takes milliseconds, and patience can be over long before the last.)
    #[cold]
    fn let_the_reader_get_ahead(&self, patience: Patience) {
        let Header { writer, reader } = &*self.ring.header;
        for _ in 0..LONGEST_LEAD {
            thread::yield_now();
            let used = writer
                .position(Ordering::Relaxed)
                .bytes_since(writer.look_at(reader));
            if used <= self.ring.capacity / 4 * 3 || patience.is_over() {
                break;
            }
        }
    }

    /// Asks the kernel whether a reader is left: when some reader has said that it leaves; and now
    /// and then (see `watch.rs`) for the killed ones, which say nothing.
    ///
    /// # Errors
    /// [`WriteError::Disconnected`] when no reader is left, and [`WriteError::NotHeld`].
    #[inline]
    pub fn check_readers(&mut self) -> Result<(), WriteError> {
        if !self.bell.is_held() {
            return Err(WriteError::NotHeld);
        }
        let someone_left = self.ring.header.reader.notice.left.load(Ordering::Relaxed) != 0;
        if someone_left || self.watch.is_due() {
            return self.ask_whether_readers_are_left();
        }
        Ok(())
    }

    #[cold]
    fn ask_whether_readers_are_left(&self) -> Result<(), WriteError> {
        let left = &self.ring.header.reader.notice.left;
        // Cleared before the question: a reader that leaves after it sets the flag again.
        left.store(0, Ordering::SeqCst);
        if self.bell.hush_and_ask_if_gone() {
            // For the other writers, which have not asked.
            left.store(1, Ordering::SeqCst);
            return Err(WriteError::Disconnected);
        }
        Ok(())
    }
}
