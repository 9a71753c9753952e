//! The reading side of a ring.

use std::sync::atomic::{Ordering, fence};

use nix::poll::PollFd;

use super::side::{Gone, Leaving, Patience};
use super::{FIRST, Header, LAST, ReadError, Ring};
use crate::bell::Bell;
use crate::position::Position;

/// The reading side. Drop closes it; when the last reader of all processes is closed, writing is
/// an error.
#[derive(Debug)]
pub struct Reader {
    // In this order, see `Leaving`.
    pub(super) bell: Bell,
    pub(super) ring: Leaving,
    /// The writer's position when we last looked: it is there or further.
    seen_tail: Position,
    /// Where this handle stopped reading. If another handle has read on from there, `seen_tail`
    /// is worth nothing.
    stopped_at: Position,
    /// The pieces so far of a long message, and how far it has come.
    partial: Vec<u8>,
    progress: Progress,
}

/// How far a message in pieces has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Progress {
    /// There is none, or it was given up by its writer.
    None,
    Begun,
    /// All of it is in `partial`.
    Complete,
}

impl Reader {
    pub(super) fn new(bell: Bell, ring: Leaving) -> Self {
        Self {
            bell,
            ring,
            seen_tail: Position(0),
            stopped_at: Position(0),
            partial: Vec::new(),
            progress: Progress::None,
        }
    }

    /// Reads one message, and gives what `take` makes of it. Blocks while there is none, for as
    /// long as patience allows.
    ///
    /// A message in one piece leaves the ring after `take`: if the process dies in `take`, it is
    /// still there. One in several pieces (which only a pipe has) has left it before.
    ///
    /// # Errors
    /// [`ReadError`]. Pieces that came in time are kept for the next call.
    pub fn read<R>(
        &mut self,
        patience: Patience,
        take: impl FnOnce(&[u8]) -> R,
    ) -> Result<R, ReadError> {
        self.wait_for_message(patience)?;
        if self.progress == Progress::Complete {
            self.progress = Progress::None;
            return Ok(take(&self.partial));
        }
        let ring = &*self.ring.0;
        // SAFETY: `self` is the reader, and `wait_for_message` saw a whole message published
        // here. The slices are done with before its room is freed.
        let (_, one, rest, after) = unsafe { ring.piece() };
        let taken = if rest.is_empty() {
            take(one)
        } else {
            // Around the end of the ring.
            self.partial.clear();
            self.partial.extend_from_slice(one);
            self.partial.extend_from_slice(rest);
            take(&self.partial)
        };
        self.free_up_to(after);
        Ok(taken)
    }

    /// Waits until there is a whole message to read, and leaves it for [`read`](Self::read).
    ///
    /// # Errors
    /// [`ReadError`]; `Empty` when patience is over.
    pub fn wait_for_message(&mut self, patience: Patience) -> Result<(), ReadError> {
        while self.progress != Progress::Complete {
            self.wait_for_piece(patience)?;
            let ring = &*self.ring.0;
            // SAFETY: `self` is the reader, and `wait_for_piece` saw a piece published here. The
            // slices are done with before its room is freed.
            let (flags, one, rest, after) = unsafe { ring.piece() };
            if flags & FIRST != 0 {
                // What was begun before has been given up by its writer.
                self.partial.clear();
                self.progress = Progress::Begun;
            }
            if flags == FIRST | LAST {
                self.progress = Progress::None;
                return Ok(());
            }
            if self.progress == Progress::Begun {
                self.partial.extend_from_slice(one);
                self.partial.extend_from_slice(rest);
                if flags & LAST != 0 {
                    self.progress = Progress::Complete;
                }
            }
            self.free_up_to(after);
        }
        Ok(())
    }

    fn free_up_to(&mut self, head: Position) {
        self.stopped_at = head;
        let header = &self.ring().header;
        // Release: the writer that sees the new head finds us done with the bytes before it.
        header.reader.position.store(head.0, Ordering::Release);
        header.writer.wake(&self.bell);
    }

    pub(super) fn ring(&self) -> &Ring {
        &self.ring.0
    }

    fn wait_for_piece(&mut self, patience: Patience) -> Result<(), ReadError> {
        let Self {
            bell,
            ring,
            seen_tail,
            stopped_at,
            ..
        } = self;
        if !bell.is_held() {
            return Err(ReadError::NotHeld);
        }
        let header = &ring.0.header;
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

    /// Whether something has come, a piece of a message at least. A quick look: it does not ask
    /// the kernel whether the other side has gone.
    pub(crate) fn has_piece(&self) -> bool {
        let Header { writer, reader } = &*self.ring.0.header;
        writer.position(Ordering::Acquire) != reader.position(Ordering::Relaxed)
    }

    /// Before a sleep on several bells: whether there is something to receive already (a message
    /// or the end); else this side says that it sleeps.
    pub(crate) fn prepare_sleep(&mut self) -> bool {
        loop {
            if self.wait_for_message(Patience::None) != Err(ReadError::Empty) {
                return true;
            }
            let Header { writer, reader } = &*self.ring.0.header;
            reader.sleeps.store(1, Ordering::Relaxed);
            fence(Ordering::SeqCst); // see `wake`
            if writer.position(Ordering::Acquire) == reader.position(Ordering::Relaxed) {
                return false;
            }
        }
    }

    pub(crate) fn as_poll_fd(&self) -> PollFd<'_> {
        self.bell.as_poll_fd()
    }
}
