//! The reading side of a ring.

use std::sync::atomic::Ordering;

use super::pause::Lag;
use super::side::{Gone, Leaving};
use super::{FIRST, Header, LAST, Patience, ReadError, Ring};
use crate::bell::Bell;
use crate::position::Position;

/// The reading side. Drop closes it; when the last reader of all processes is closed, writing is
/// an error.
#[derive(Debug)]
pub struct Reader {
    // In this order, see `Leaving`.
    pub(super) bell: Bell,
    pub(super) ring: Leaving,
    /// The pieces so far of a long message, and how far it has come.
    partial: Vec<u8>,
    progress: Progress,
    lag: Lag,
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
            partial: Vec::new(),
            progress: Progress::None,
            lag: Lag::default(),
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
    #[inline]
    pub fn read<R>(
        &mut self,
        patience: Patience,
        take: impl FnOnce(&[u8]) -> R,
    ) -> Result<R, ReadError> {
        let taken = self.peek(patience, take)?;
        self.remove();
        Ok(taken)
    }

    /// The first half of [`read`](Self::read): the message stays where it is.
    ///
    /// # Errors
    /// As of `read`.
    #[inline]
    pub fn peek<R>(
        &mut self,
        patience: Patience,
        take: impl FnOnce(&[u8]) -> R,
    ) -> Result<R, ReadError> {
        self.wait_for_message(patience)?;
        if self.progress == Progress::Complete {
            return Ok(take(&self.partial));
        }
        let ring = &*self.ring.0;
        // SAFETY: `self` is the reader, and `wait_for_message` saw a whole message published
        // here. The slices are done with before its room is freed.
        let (_, one, rest, _) = unsafe { ring.piece() };
        if rest.is_empty() {
            return Ok(take(one));
        }
        // Around the end of the ring.
        self.partial.clear();
        self.partial.extend_from_slice(one);
        self.partial.extend_from_slice(rest);
        Ok(take(&self.partial))
    }

    /// The second half of [`read`](Self::read): takes out what `peek` has shown. Without one
    /// before it, the first piece of whatever is there is lost.
    #[inline]
    pub fn remove(&mut self) {
        // A process may have been forked in between: what it was shown is its parent's.
        if !self.bell.is_held() {
            return;
        }
        if self.progress == Progress::Complete {
            self.progress = Progress::None;
            return;
        }
        let ring = self.ring();
        let Header { reader, .. } = &*ring.header;
        if reader.seen() != reader.position(Ordering::Relaxed) {
            // SAFETY: `self` is the reader, and a piece has been seen here. Its slices are
            // dropped at once.
            let (.., after) = unsafe { ring.piece() };
            self.free_up_to(after);
        }
    }

    /// Waits until there is a whole message to read, and leaves it for [`read`](Self::read).
    ///
    /// # Errors
    /// [`ReadError`]; `Empty` when patience is over.
    #[inline]
    pub fn wait_for_message(&mut self, patience: Patience) -> Result<(), ReadError> {
        // Also for a message that is complete: `fork` has copied what had come of it by then.
        self.check_held()?;
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

    #[inline]
    pub(super) fn free_up_to(&self, head: Position) {
        let Header { writer, reader } = &*self.ring().header;
        // Above this line a kill leaves the piece in the ring, below it has taken it out.
        reader.move_to(head, writer, &self.bell);
    }

    /// Whether a message has been read in part, or is complete and not taken.
    pub(super) fn is_collecting(&self) -> bool {
        self.progress != Progress::None
    }

    pub(super) fn ring(&self) -> &Ring {
        &self.ring.0
    }

    #[inline]
    pub(super) fn check_held(&self) -> Result<(), ReadError> {
        match self.bell.is_held() {
            true => Ok(()),
            false => Err(ReadError::NotHeld),
        }
    }

    /// For who has asked [`check_held`](Self::check_held).
    #[inline]
    pub(super) fn wait_for_piece(&mut self, patience: Patience) -> Result<(), ReadError> {
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
        match reader.wait(&self.bell, patience, || has_piece(reader.look_at(writer))) {
            Ok(true) => Ok(()),
            Ok(false) => Err(ReadError::Empty),
            Err(Gone) => Err(ReadError::Disconnected),
        }
    }
}
