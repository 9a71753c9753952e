//! The writing side of a ring.

use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use child::Patience;
use common::EventId;

use crate::error::WriteError;
use crate::layout::{FIRST, Header, LAST, LENGTH_BYTES, Ring, room_of};
use crate::position::Position;
use crate::reader::Reader;
use crate::sleep::{Bell, PeerClosed};
use crate::tuning::{Watch, lead};

/// A long message is published in pieces of this size, so that the reader copies one piece while
/// the writer copies the next.
const PIECE_BYTES: usize = 64 << 10;

/// The writing side. Drop closes it; when the last writer of all processes is closed, the readers
/// find the end.
#[derive(Debug)]
pub struct Writer {
    bell: Bell,
    ring: Arc<Ring>,
    watch: Watch,
}

impl Writer {
    pub(crate) fn new(bell: Bell, ring: Arc<Ring>) -> Self {
        Self {
            bell,
            ring,
            watch: Watch::default(),
        }
    }

    /// Writes a message of any length, in pieces if it is long. Blocks while there is no room, for
    /// as long as the patience allows.
    ///
    /// # Errors
    /// [`WriteError`]. If some pieces of the message have been written, the reader skips them.
    #[inline]
    pub fn write(&mut self, message: &[u8], patience: Patience) -> Result<(), WriteError> {
        let piece_bytes = self.piece_bytes();
        let (mut rest, mut flags) = (message, FIRST);
        while rest.len() > piece_bytes {
            let (piece, later) = rest.split_at(piece_bytes);
            self.publish(piece, flags, patience)?;
            (rest, flags) = (later, 0);
            // The room that there is now may be enough. Later room must not count, since a quick reader
            // would prolong the wait for as long as it makes some.
            if patience.is_over() {
                self.check_room(rest.len())?;
            }
        }
        self.publish(rest, flags | LAST, patience)
    }

    /// Writes a message as one piece: it is in the ring as a whole or not at all.
    ///
    /// # Errors
    /// [`WriteError::TooLong`] if the ring is smaller; otherwise those of [`write`](Self::write).
    #[inline]
    pub fn write_whole(&mut self, message: &[u8], patience: Patience) -> Result<(), WriteError> {
        self.check_length(message.len())?;
        self.publish(message, FIRST | LAST, patience)
    }

    /// Checks that a [`write`](Self::write) of `message_bytes` bytes would not have to wait now.
    /// The result holds until this side writes something.
    ///
    /// # Errors
    /// [`WriteError`]; `Full` if there is no room for all of it.
    pub fn check_room(&mut self, message_bytes: usize) -> Result<(), WriteError> {
        let piece = self.piece_bytes();
        let (whole, last) = (message_bytes / piece, message_bytes % piece);
        let last_piece = whole == 0 || last > 0;
        self.check_free(whole * room_of(piece) + usize::from(last_piece) * room_of(last))
    }

    /// Like [`check_room`](Self::check_room), for [`write_whole`](Self::write_whole).
    ///
    /// # Errors
    /// Those of [`check_room`](Self::check_room), and [`WriteError::TooLong`].
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

    #[inline]
    fn piece_bytes(&self) -> usize {
        PIECE_BYTES.min(self.ring.capacity / 4)
    }

    #[inline]
    fn publish(&mut self, piece: &[u8], flags: u32, patience: Patience) -> Result<(), WriteError> {
        self.check_readers()?;
        self.wait_for_room(room_of(piece.len()), patience)?;
        let Header { writer, reader } = &*self.ring.header;
        let tail = writer.position(Ordering::Relaxed);
        // SAFETY: `self` is the writer, and `wait_for_room` has just found this room free.
        unsafe { self.ring.put_piece(tail, piece, flags) };
        let messages = u32::from(flags & LAST != 0);
        // A kill before this store leaves nothing; after it, the whole piece is in the ring.
        writer.move_to(tail.after(room_of(piece.len()), messages));
        self.bell.wake(reader);
        Ok(())
    }

    #[inline]
    fn wait_for_room(&self, room: usize, patience: Patience) -> Result<(), WriteError> {
        // Reading the head costs a cache line, so a writer that knows of enough room does not read it.
        match self.fits(room, self.ring.header.writer.seen()) {
            true => Ok(()),
            false => self.wait_for_reader(room, patience),
        }
    }

    /// Whether there is enough room if the reader is at `head`.
    #[inline]
    fn fits(&self, room: usize, head: Position) -> bool {
        let tail = self.ring.header.writer.position(Ordering::Relaxed);
        self.ring.capacity - tail.bytes_since(head) >= room
            && tail.messages_since(head) < self.ring.most_messages
    }

    #[cold]
    fn wait_for_reader(&self, room: usize, patience: Patience) -> Result<(), WriteError> {
        let Header { writer, reader } = &*self.ring.header;
        if !matches!(patience, Patience::None) {
            let tail = writer.position(Ordering::Relaxed);
            let used = || tail.bytes_since(writer.look_at(reader));
            // Until a quarter is free. (If other programs want the processor, each round takes
            // milliseconds, and the patience can be over long before the last round.)
            lead(|| used() <= self.ring.capacity / 4 * 3 || patience.is_over());
        }
        let has_room = || self.fits(room, writer.look_at(reader));
        match self.bell.wait(writer, patience, has_room) {
            Ok(true) => Ok(()),
            Ok(false) => Err(WriteError::Full),
            Err(PeerClosed) => Err(WriteError::Disconnected),
        }
    }

    /// Asks the kernel whether a reader is left: when a reader has signalled that it leaves, and
    /// now and then (see `Watch`) because of killed ones, which send no signal.
    ///
    /// # Errors
    /// [`WriteError::Disconnected`] if no reader is left, and [`WriteError::NotHeld`].
    #[inline]
    fn check_readers(&mut self) -> Result<(), WriteError> {
        self.check_held()?;
        let a_reader_left = self.ring.header.reader.notice.left.load(Ordering::Relaxed) != 0;
        if a_reader_left || self.watch.is_due() {
            return self.check_peer_closed();
        }
        Ok(())
    }

    #[cold]
    fn check_peer_closed(&self) -> Result<(), WriteError> {
        let left = &self.ring.header.reader.notice.left;
        // Cleared before the question: a reader that leaves after it sets the flag again.
        left.store(0, Ordering::SeqCst);
        if self.bell.peer_closed() {
            // For the other writers, which have not asked.
            left.store(1, Ordering::SeqCst);
            return Err(WriteError::Disconnected);
        }
        Ok(())
    }

    /// Asks the kernel whether no reader is left.
    pub(crate) fn has_no_reader(&self) -> bool {
        self.bell.has_hung_up()
    }

    /// Returns a reader for the rest of the ring, if no other reader is left.
    pub(crate) fn reader_of_rest(&self) -> Option<Reader> {
        if !self.has_no_reader() {
            return None;
        }
        let bell = self.bell.try_clone().ok()?;
        Some(Reader::new(bell, Arc::clone(&self.ring)))
    }

    /// Checks that this process was given the end, see [`child::End::is_held`].
    ///
    /// # Errors
    /// [`WriteError::NotHeld`] if it was not.
    #[inline]
    pub fn check_held(&self) -> Result<(), WriteError> {
        match self.bell.is_held() {
            true => Ok(()),
            false => Err(WriteError::NotHeld),
        }
    }

    /// The number of whole messages in the ring.
    #[must_use]
    pub fn len_messages(&self) -> usize {
        self.ring.len_messages() as usize
    }

    /// How many more messages than `count` have been written since the start; both are counted
    /// modulo 2^24.
    #[must_use]
    pub fn messages_beyond(&self, count: u32) -> u32 {
        self.ring.messages_beyond(count)
    }

    /// Records the event of the close that follows, for the end of the reader's stream.
    pub(crate) fn note_close(&self, event: EventId) {
        self.ring.header.writer.notice.closed.set(event);
    }

    /// Marks that several processes may hold the end, see [`child::End::share`].
    ///
    /// # Safety
    /// Only one process may write at a time; a lock has to ensure that.
    pub unsafe fn share(&self) {
        self.bell.share();
    }

    /// Another handle of the writing side, for another process.
    ///
    /// # Errors
    /// When the limit on open files is reached, or when this process was not given the end.
    ///
    /// # Safety
    /// Only one handle may write at a time; a lock has to ensure that.
    pub unsafe fn try_clone(&self) -> io::Result<Self> {
        Ok(Self::new(self.bell.try_clone()?, Arc::clone(&self.ring)))
    }
}
