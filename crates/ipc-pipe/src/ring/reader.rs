//! The reading side of a ring.

use std::io;
use std::sync::atomic::{Ordering, fence};

use common::EventId;
use nix::poll::PollFd;

use super::side::{Gone, Patience, Seat};
use super::{FIRST, Header, LAST, LENGTH_BYTES, ReadError, Ring, room_of};
use crate::bell::Bell;
use crate::position::Position;

/// The reading side. Drop closes it; when the last reader of all processes is closed, writing is
/// an error.
#[derive(Debug)]
pub struct Reader {
    // In this order, see `Seat`.
    bell: Bell,
    seat: Seat,
    /// The writer's position when we last looked: it is there or further.
    seen_tail: Position,
    /// Where this handle stopped reading. If another handle has read on from there, `seen_tail`
    /// is worth nothing.
    stopped_at: Position,
    /// The pieces so far of a message whose last one has not come yet.
    partial: Vec<u8>,
    /// Whether `partial` began with a first piece.
    has_begun: bool,
}

impl Reader {
    pub(super) fn new(bell: Bell, seat: Seat) -> Self {
        Self {
            bell,
            seat,
            seen_tail: Position(0),
            stopped_at: Position(0),
            partial: Vec::new(),
            has_begun: false,
        }
    }

    /// Reads one message, and gives what `take` makes of it. Blocks while there is none, for as
    /// long as patience allows. The message leaves the ring after `take`.
    ///
    /// # Errors
    /// [`ReadError`]. Pieces that came in time are kept for the next call.
    pub fn read<R>(
        &mut self,
        patience: Patience,
        take: impl FnOnce(&[u8]) -> R,
    ) -> Result<R, ReadError> {
        loop {
            self.wait_for_piece(patience)?;
            let ring = &*self.seat.ring;
            let head = ring.header.reader.position(Ordering::Relaxed);
            // SAFETY: `self` is the reader, and `wait_for_piece` saw a piece published here.
            let length = unsafe { ring.published_length(head.bytes()) };
            let (len, flags) = ((length >> 2) as usize, length & (FIRST | LAST));
            // SAFETY: as above; a piece is published with its length. The slices are done with
            // before the room is freed.
            let (one, rest) = unsafe { ring.published(head.bytes() + LENGTH_BYTES, len) };
            let after = head.after(room_of(len), u32::from(flags & LAST != 0));
            if flags == FIRST | LAST && rest.is_empty() {
                // The usual case: a whole message in one place, read where it is.
                let taken = take(one);
                self.free_up_to(after);
                return Ok(taken);
            }
            if flags & FIRST != 0 {
                // What was begun before has been given up by its writer.
                self.partial.clear();
                self.has_begun = true;
            }
            self.partial.extend_from_slice(one);
            self.partial.extend_from_slice(rest);
            self.free_up_to(after);
            if flags & LAST != 0 && self.has_begun {
                self.has_begun = false;
                let taken = take(&self.partial);
                self.partial.clear();
                return Ok(taken);
            }
        }
    }

    fn free_up_to(&mut self, head: Position) {
        self.stopped_at = head;
        let header = &self.ring().header;
        // Release: the writer that sees the new head finds us done with the bytes before it.
        header.reader.position.store(head.0, Ordering::Release);
        header.writer.wake(&self.bell);
    }

    fn ring(&self) -> &Ring {
        &self.seat.ring
    }

    /// Waits until there is something to read, and leaves it there.
    ///
    /// # Errors
    /// [`ReadError`]; `Empty` when patience is over.
    pub fn wait_for_piece(&mut self, patience: Patience) -> Result<(), ReadError> {
        let Self {
            bell,
            seat,
            seen_tail,
            stopped_at,
            ..
        } = self;
        if !bell.is_held() {
            return Err(ReadError::NotHeld);
        }
        let header = &seat.ring.header;
        let head = header.reader.position(Ordering::Relaxed);
        let has_piece = |tail: Position| tail.bytes_since(head) != 0;
        if head == *stopped_at && has_piece(*seen_tail) {
            return Ok(());
        }
        let ready = || {
            // Acquire: the bytes before the tail are there.
            *seen_tail = header.writer.position(Ordering::Acquire);
            has_piece(*seen_tail)
        };
        match header.reader.wait(bell, patience, ready) {
            Ok(true) => Ok(()),
            Ok(false) => Err(ReadError::Empty),
            Err(Gone) => Err(ReadError::Disconnected),
        }
    }

    /// Before a sleep on several bells: says that this side sleeps, and whether there is
    /// something to read, or nothing more to come.
    pub(crate) fn prepare_sleep(&self) -> bool {
        let is_gone = self.bell.hush_and_ask_if_gone();
        let Header { writer, reader } = &*self.ring().header;
        reader.sleeps.store(1, Ordering::Relaxed);
        fence(Ordering::SeqCst); // see `wake`
        is_gone || writer.position(Ordering::Acquire) != reader.position(Ordering::Relaxed)
    }

    pub(crate) fn as_poll_fd(&self) -> PollFd<'_> {
        self.bell.as_poll_fd()
    }

    /// The number of whole messages in the ring.
    #[must_use]
    pub fn len_messages(&self) -> u32 {
        self.ring().len_messages()
    }

    /// Another handle of the reading side, for another process.
    ///
    /// # Errors
    /// When the limit on open files is reached.
    ///
    /// # Safety
    /// Only one handle reads at a time; a lock has to see to it.
    pub unsafe fn try_clone(&self) -> io::Result<Self> {
        Ok(Self {
            bell: self.bell.try_clone()?,
            seat: self.seat.clone(),
            seen_tail: self.seen_tail,
            stopped_at: self.stopped_at,
            partial: Vec::new(),
            has_begun: false,
        })
    }

    /// The event of the last close on the writing side.
    #[must_use]
    pub fn close_event(&self) -> EventId {
        self.ring().header.writer.close_event()
    }
}
