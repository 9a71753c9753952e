//! The reading side of a ring.

use std::io;
use std::mem;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use child::Patience;
use common::EventId;
use nix::poll::PollFd;

use crate::error::ReadError;
use crate::layout::{FIRST, Header, LAST, Piece, Ring};
use crate::position::Position;
use crate::sleep::{Bell, PeerClosed, set_asleep};
use crate::tuning::Lag;

/// The reading side. Drop closes it; when the last reader of all processes is closed, writing is an
/// error.
#[derive(Debug)]
pub struct Reader {
    // Dropped before `ring`: a writer that learns that a reader has left checks the bell, and has
    // to find it closed.
    bell: Bell,
    ring: Leaving,
    /// The pieces of a long message so far, and its progress.
    partial: Vec<u8>,
    progress: Progress,
    lag: Lag,
}

/// The ring, as a reader holds it. Drop signals that a reader has left.
#[derive(Debug)]
struct Leaving(Arc<Ring>);

impl Drop for Leaving {
    fn drop(&mut self) {
        self.0.header.reader.notice.left.store(1, Ordering::SeqCst);
    }
}

/// The progress of a message in pieces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Progress {
    /// There is no such message, or its writer gave it up.
    None,
    Begun,
    /// All of it is in `partial`.
    Complete,
}

impl Reader {
    pub(crate) fn new(bell: Bell, ring: Arc<Ring>) -> Self {
        Self {
            bell,
            ring: Leaving(ring),
            partial: Vec::new(),
            progress: Progress::None,
            lag: Lag::default(),
        }
    }

    /// Shows the next message to `look`, and leaves it in place. Blocks while there is none, for as
    /// long as the patience allows.
    ///
    /// A message in one piece stays in the ring until [`remove`](Self::remove): if the process dies before,
    /// it is still there. A message in several pieces (which only a pipe has) has already left the ring.
    ///
    /// # Errors
    /// [`ReadError`]. Pieces that have arrived are kept for the next call.
    #[inline]
    pub fn peek<R>(
        &mut self,
        patience: Patience,
        look: impl FnOnce(&[u8]) -> R,
    ) -> Result<R, ReadError> {
        self.wait_for_message(patience)?;
        if self.progress == Progress::Complete {
            return Ok(look(&self.partial));
        }
        // SAFETY: `self` is the reader, and `wait_for_message` saw a whole message published
        // here. The slices are done with before its room is freed.
        let [one, rest] = unsafe { self.ring.0.piece() }.parts;
        if rest.is_empty() {
            return Ok(look(one));
        }
        // Around the end of the ring.
        self.partial.clear();
        self.partial.extend_from_slice(one);
        self.partial.extend_from_slice(rest);
        Ok(look(&self.partial))
    }

    /// Removes the message that [`peek`](Self::peek) has shown. Without a `peek` before it, the
    /// first piece in the ring is lost.
    #[inline]
    pub fn remove(&mut self) {
        // A process may have been forked in between: the message that it was shown is its parent's.
        if !self.bell.is_held() {
            return;
        }
        if self.progress == Progress::Complete {
            self.progress = Progress::None;
            return;
        }
        let reader = &self.ring.0.header.reader;
        if reader.seen() != reader.position(Ordering::Relaxed) {
            // SAFETY: `self` is the reader, and a piece has been seen here. Its slices are
            // dropped at once.
            let end = unsafe { self.ring.0.piece() }.end;
            self.free_up_to(end);
        }
    }

    /// Waits until there is a whole message for [`peek`](Self::peek).
    ///
    /// # Errors
    /// [`ReadError`]; `Empty` if the patience is over.
    #[inline]
    pub fn wait_for_message(&mut self, patience: Patience) -> Result<(), ReadError> {
        // Also for a message that is complete: `fork` has copied the pieces that had arrived by then.
        self.check_held()?;
        let mut last_in_time = None;
        while self.progress != Progress::Complete {
            self.wait_for_piece(patience)?;
            // SAFETY: `self` is the reader, and `wait_for_piece` saw a piece published here. The
            // slices are done with before its room is freed.
            let Piece { flags, parts, end } = unsafe { self.ring.0.piece() };
            if flags & FIRST != 0 {
                // The writer gave up the message that it had begun before.
                self.partial.clear();
                self.progress = Progress::Begun;
            }
            if flags == FIRST | LAST {
                self.progress = Progress::None;
                return Ok(());
            }
            if self.progress == Progress::Begun {
                self.partial.extend_from_slice(parts[0]);
                self.partial.extend_from_slice(parts[1]);
                if flags & LAST != 0 {
                    self.progress = Progress::Complete;
                }
            }
            self.free_up_to(end);
            // The pieces in the ring when time is over may complete the message. Later pieces must
            // not count, since they would prolong the wait for as long as they come.
            if self.progress != Progress::Complete && patience.is_over() {
                let writer = &self.ring.0.header.writer;
                let tail = || writer.position(Ordering::Acquire);
                if *last_in_time.get_or_insert_with(tail) == end {
                    return Err(ReadError::Empty);
                }
            }
        }
        Ok(())
    }

    /// Reads one message into `buffer`, piece by piece as they arrive, and returns its length; or
    /// the message, if the buffer is too short for it. Blocks until all of it has arrived. For a
    /// reader that uses no other way to read.
    ///
    /// # Errors
    /// [`ReadError::Disconnected`] and [`ReadError::NotHeld`]; the buffer may be half-written.
    pub fn read_into(&mut self, buffer: &mut [u8]) -> Result<Result<usize, Vec<u8>>, ReadError> {
        self.check_held()?;
        let mut filled = 0;
        loop {
            self.wait_for_piece(Patience::Forever)?;
            // SAFETY: `self` is the reader, and `wait_for_piece` saw a piece published here. The
            // slices are done with before its room is freed.
            let Piece { flags, parts, end } = unsafe { self.ring.0.piece() };
            if flags & FIRST != 0 {
                // The writer gave up the message that it had begun before.
                filled = 0;
                self.partial.clear();
            }
            for part in parts {
                match buffer.get_mut(filled..filled + part.len()) {
                    Some(place) if self.partial.is_empty() => {
                        place.copy_from_slice(part);
                        filled += part.len();
                    }
                    // The buffer is too short: from here on the whole message is collected.
                    _ => {
                        self.partial
                            .extend_from_slice(&buffer[..mem::take(&mut filled)]);
                        self.partial.extend_from_slice(part);
                    }
                }
            }
            self.free_up_to(end);
            if flags & LAST != 0 {
                let collected = mem::take(&mut self.partial);
                let fits = collected.is_empty();
                return Ok(if fits { Ok(filled) } else { Err(collected) });
            }
        }
    }

    #[inline]
    fn free_up_to(&self, head: Position) {
        let Header { writer, reader } = &*self.ring.0.header;
        // A kill before this store leaves the piece in the ring; after it, the piece is removed.
        reader.move_to(head);
        self.bell.wake(writer);
    }

    /// Checks that this process was given the end, see [`child::End::is_held`].
    ///
    /// # Errors
    /// [`ReadError::NotHeld`] if it was not.
    #[inline]
    pub fn check_held(&self) -> Result<(), ReadError> {
        match self.bell.is_held() {
            true => Ok(()),
            false => Err(ReadError::NotHeld),
        }
    }

    /// Waits for a piece. For a caller that has called [`check_held`](Self::check_held).
    #[inline]
    fn wait_for_piece(&mut self, patience: Patience) -> Result<(), ReadError> {
        let Header { writer, reader } = &*self.ring.0.header;
        let head = reader.position(Ordering::Relaxed);
        let has_piece = |tail: Position| tail.bytes_since(head) != 0;
        if has_piece(reader.seen()) {
            return Ok(());
        }
        if !matches!(patience, Patience::None) {
            self.lag.fall_behind();
        }
        let tail = reader.look_at(writer);
        self.lag.adapt(tail.messages_since(head));
        if has_piece(tail) {
            return Ok(());
        }
        let ready = || has_piece(reader.look_at(writer));
        match self.bell.wait(reader, patience, ready) {
            Ok(true) => Ok(()),
            Ok(false) => Err(ReadError::Empty),
            Err(PeerClosed) => Err(ReadError::Disconnected),
        }
    }

    /// Whether a piece of a message has arrived. A quick check, which does not ask the kernel
    /// whether the other side has gone.
    pub(crate) fn has_piece(&self) -> bool {
        let Header { writer, reader } = &*self.ring.0.header;
        writer.position(Ordering::Acquire) != reader.position(Ordering::Relaxed)
    }

    /// Called before a sleep on several bells. Returns `None` if a message or the end is there
    /// already. Otherwise this side's sleep flag is set, and it returns how long it may sleep: not
    /// at all if a piece has just arrived.
    pub(crate) fn prepare_sleep(&mut self) -> Option<Duration> {
        if self.wait_for_message(Patience::None) != Err(ReadError::Empty) {
            return None;
        }
        let Header { writer, reader } = &*self.ring.0.header;
        let longest = set_asleep(reader);
        match reader.look_at(writer) == reader.position(Ordering::Relaxed) {
            true => Some(longest),
            false => Some(Duration::ZERO),
        }
    }

    pub(crate) fn as_poll_fd(&self) -> PollFd<'_> {
        self.bell.as_poll_fd()
    }

    /// The number of whole messages in the ring.
    #[must_use]
    pub fn len_messages(&self) -> usize {
        self.ring.0.len_messages() as usize
    }

    /// How many more messages than `count` have been written: [`crate::Writer::messages_beyond`].
    #[must_use]
    pub fn messages_beyond(&self, count: u32) -> u32 {
        self.ring.0.messages_beyond(count)
    }

    /// The event of the last close on the writing side.
    pub(crate) fn close_event(&self) -> EventId {
        self.ring.0.header.writer.notice.closed.get()
    }

    /// Marks that several processes may hold the end, see [`child::End::share`].
    ///
    /// # Safety
    /// Only one process may read at a time; a lock has to ensure that.
    pub unsafe fn share(&self) {
        self.bell.share();
    }

    /// Another handle of the reading side, for another process.
    ///
    /// # Errors
    /// When the limit on open files is reached, or when this process was not given the end.
    ///
    /// # Safety
    /// Only one handle may read at a time; a lock has to ensure that.
    pub unsafe fn try_clone(&self) -> io::Result<Self> {
        Ok(Self::new(self.bell.try_clone()?, Arc::clone(&self.ring.0)))
    }
}

#[cfg(test)]
mod tests {
    use std::thread;
    use std::time::Instant;

    use super::*;
    use crate::ring;

    /// Otherwise a time limit would last until the message ends: there is always one more piece.
    #[test]
    fn without_time_a_reader_takes_no_more_than_there_is() {
        let (mut writer, mut reader) = ring(4096, 9).unwrap();
        let message = vec![7; 4 << 20];
        let len = message.len();
        let writer = thread::spawn(move || writer.write(&message, Patience::Forever));
        for turn in 0.. {
            let had = reader.partial.len();
            let is_there = match turn % 3 {
                0 => reader.wait_for_message(Patience::None).is_ok(),
                1 => reader
                    .wait_for_message(Patience::Until(Instant::now()))
                    .is_ok(),
                _ => reader.prepare_sleep().is_none(),
            };
            let more = reader.partial.len() - had;
            // A piece, and then the content of the ring.
            assert!(more <= 1024 + 4096, "{more} bytes at once");
            if is_there {
                break;
            }
        }
        assert_eq!(reader.peek(Patience::None, <[u8]>::len), Ok(len));
        writer.join().unwrap().unwrap();
    }

    #[test]
    fn without_time_a_message_that_is_there_in_pieces_is_there() {
        let (mut writer, mut reader) = ring(1 << 16, 9).unwrap();
        writer.write(&[7; 60_000], Patience::None).unwrap();
        assert_eq!(reader.wait_for_message(Patience::None), Ok(()));
        assert_eq!(reader.peek(Patience::None, <[u8]>::len), Ok(60_000));
    }
}
