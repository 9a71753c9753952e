//! The position of one side of a ring: bytes and messages, in one number.

/// Bytes in the lower 40 bits, messages in the upper 24; each counts from the start, and wraps
/// around. They are in one number because it is written by one store: a process can be killed
/// before that store or after it, but never with the bytes counted and the message not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Position(pub(crate) u64);

const BYTE_BITS: u32 = 40;
const BYTE_MASK: u64 = (1 << BYTE_BITS) - 1;

/// The most messages between two positions, and so in a ring.
pub const MOST_MESSAGES: u32 = (1 << (64 - BYTE_BITS)) - 1;

impl Position {
    /// The number of bytes passed.
    pub(crate) fn bytes(self) -> usize {
        (self.0 & BYTE_MASK) as usize
    }

    /// The position after that many more bytes and messages.
    pub(crate) fn after(self, bytes: usize, messages: u32) -> Self {
        let bytes = ((self.0 & BYTE_MASK) + bytes as u64) & BYTE_MASK;
        let messages = (self.0 >> BYTE_BITS).wrapping_add(u64::from(messages)) << BYTE_BITS;
        Self(messages | bytes)
    }

    /// The bytes from an earlier position to this one.
    pub(crate) fn bytes_since(self, earlier: Self) -> usize {
        (self.0.wrapping_sub(earlier.0) & BYTE_MASK) as usize
    }

    /// The messages from an earlier position to this one.
    pub(crate) fn messages_since(self, earlier: Self) -> u32 {
        ((self.0 >> BYTE_BITS).wrapping_sub(earlier.0 >> BYTE_BITS) as u32) & MOST_MESSAGES
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_numbers_start_again_at_their_end() {
        let last = Position(u64::MAX);
        assert_eq!(last.after(1, 1), Position(0));
        assert_eq!(last.after(1, 1).bytes_since(last), 1);
        assert_eq!(last.after(1, 1).messages_since(last), 1);
    }

    #[test]
    fn a_distance_is_right_also_where_the_numbers_start_again() {
        let mut earlier = Position(0);
        let step = 1 << 37;
        for _ in 0..40 {
            let later = earlier.after(step, 5_000_000);
            assert_eq!(later.bytes_since(earlier), step);
            assert_eq!(later.messages_since(earlier), 5_000_000);
            assert_eq!(later.bytes_since(later), 0);
            earlier = later;
        }
    }
}
