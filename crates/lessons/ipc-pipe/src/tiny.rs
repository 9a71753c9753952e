//! A pipe in one file: a ring of bytes in memory that both processes share.
//!
//! ```text
//!                head                                tail
//!                 v                                   v
//!     +---+---+---+---+---+---+---+---+---+---+---+---+---+---+---+---+
//!     |   |   |   | 5 |'u'|'r'|'l'|'_'|'3'| 2 |'h'|'i'|   |   |   |   |
//!     +---+---+---+---+---+---+---+---+---+---+---+---+---+---+---+---+
//!        free     sent, not yet received              free
//! ```
//!
//! A message is its length, then its bytes; a length of 0 is the end of the stream. Only the receiver
//! moves `head`, only the sender moves `tail`, and each reads the other's position. Both positions
//! count every byte that has ever passed, so they only grow: byte `n` is at index `n % RING_BYTES`.
//!
//! It fails when a side is killed, or the sender ends without the empty message (the other side
//! waits forever); when the ring is full or empty for long (the waiting side spins); or with a second
//! sender or receiver. The next rung, `pipe.rs`, solves all but the last; `ipc-queue` solves that one.

use child::{Shareable, Shared}; // `Shared`: one piece of memory for both processes.
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicU8, AtomicUsize};
use std::{io, iter, rc::Rc, thread::yield_now};

const RING_BYTES: usize = 256;

struct Ring {
    head: AtomicUsize,
    tail: AtomicUsize,
    bytes: [AtomicU8; RING_BYTES], // Two processes use them, so they are atomic; `head` and `tail` order it.
}

// SAFETY: atomics, which two processes may use at once; and no address, which only one could follow.
unsafe impl Shareable for Ring {}

/// The sending end, for one process.
pub struct Sender(Rc<Shared<Ring>>);
/// The receiving end, for one process.
pub struct Receiver(Rc<Shared<Ring>>);

/// Creates a one-way pipe for messages of 1 to 255 bytes.
///
/// # Errors
/// When the system has no memory to share.
pub fn pipe() -> io::Result<(Sender, Receiver)> {
    let (head, tail) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let bytes = [const { AtomicU8::new(0) }; RING_BYTES];
    let ring = Rc::new(Shared::new(Ring { head, tail, bytes })?); // `fork` copies the `Rc`, not the ring.
    Ok((Sender(Rc::clone(&ring)), Receiver(ring)))
}

impl Sender {
    /// Sends a message; an empty one ends the stream. Spins while there is no room.
    ///
    /// # Panics
    /// When the message has more than 255 bytes.
    pub fn send(&self, message: &[u8]) {
        let length = u8::try_from(message.len()).expect("a message has at most 255 bytes");
        let tail = self.0.tail.load(Relaxed); // Only the sender moves it.
        let end = tail + 1 + message.len();
        while end - self.0.head.load(Acquire) > RING_BYTES {
            yield_now();
        }
        for (position, byte) in (tail..end).zip(iter::once(&length).chain(message)) {
            self.0.bytes[position % RING_BYTES].store(*byte, Relaxed);
        }
        // Stored last, with `Release`: a receiver that reads this position also sees the bytes before
        // it. A sender that is killed before this line has sent nothing; after it, the whole message.
        self.0.tail.store(end, Release);
    }
}

impl Receiver {
    /// Receives the next message; `None` at the end of the stream. Spins while there is none.
    pub fn recv(&self) -> Option<Vec<u8>> {
        let head = self.0.head.load(Relaxed); // Only the receiver moves it.
        while self.0.tail.load(Acquire) == head {
            yield_now();
        }
        let byte = |position: usize| self.0.bytes[position % RING_BYTES].load(Relaxed);
        let length = byte(head);
        if length == 0 {
            return None; // It stays in the ring, so every later call sees it.
        }
        let end = head + 1 + usize::from(length);
        let message = (head + 1..end).map(byte).collect();
        self.0.head.store(end, Release); // Last: from here on the sender may write there.
        Some(message)
    }
}
