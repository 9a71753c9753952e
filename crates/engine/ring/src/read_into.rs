//! Reading a message into a buffer of the caller's, without a copy in between.

use super::{FIRST, LAST, Patience, ReadError, Reader};

/// Where a message goes: the buffer, or a place of its own when it turns out to be longer.
struct Destination<'a> {
    buffer: &'a mut [u8],
    /// So many bytes of the message are in the buffer.
    filled: usize,
    /// All of the message so far, once the buffer was too short.
    too_long: Vec<u8>,
}

impl Destination<'_> {
    fn start_anew(&mut self) {
        self.filled = 0;
        self.too_long.clear();
    }

    fn add(&mut self, part: &[u8]) {
        match self.buffer.get_mut(self.filled..self.filled + part.len()) {
            Some(place) if self.too_long.is_empty() => {
                place.copy_from_slice(part);
                self.filled += part.len();
            }
            _ => {
                self.too_long.extend_from_slice(&self.buffer[..self.filled]);
                self.too_long.extend_from_slice(part);
                self.filled = 0;
            }
        }
    }

    fn end(self) -> Result<usize, Vec<u8>> {
        match self.too_long.is_empty() {
            true => Ok(self.filled),
            false => Err(self.too_long),
        }
    }
}

impl Reader {
    /// Reads one message into `buffer`, a long one piece by piece as it comes, and gives its
    /// length; or the message, when the buffer is too short for it. Blocks until all of it has
    /// come. For a reader that reads in no other way.
    ///
    /// # Errors
    /// [`ReadError::Disconnected`] and [`ReadError::NotHeld`]; the buffer may be half-written.
    pub fn read_into(&mut self, buffer: &mut [u8]) -> Result<Result<usize, Vec<u8>>, ReadError> {
        self.check_held()?;
        debug_assert!(!self.is_collecting(), "another way of reading has begun");
        let mut destination = Destination {
            buffer,
            filled: 0,
            too_long: Vec::new(),
        };
        loop {
            self.wait_for_piece(Patience::Forever)?;
            // SAFETY: `self` is the reader, and `wait_for_piece` saw a piece published here. The
            // slices are done with before its room is freed.
            let (flags, one, rest, after) = unsafe { self.ring.0.piece() };
            if flags & FIRST != 0 {
                // What was begun before has been given up by its writer.
                destination.start_anew();
            }
            destination.add(one);
            destination.add(rest);
            self.free_up_to(after);
            if flags & LAST != 0 {
                return Ok(destination.end());
            }
        }
    }
}
