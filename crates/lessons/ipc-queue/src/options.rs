//! What a queue can be made with.

use std::io;

use common::Message;
use ipc_pipe::ring::MOST_BYTES;

use crate::queue::queue;
use crate::{Receiver, Sender};

/// As many items as can be counted.
const MOST_ITEMS: usize = (u32::MAX >> 8) as usize;

/// What an item takes besides its own bytes: its length and, while a run is recorded, its cause.
const HEAD_BYTES: usize = 20;

/// How a queue is made that needs more than [`unbounded`](crate::unbounded) and
/// [`bounded`](crate::bounded) give it.
///
/// ```
/// let options = ipc_queue::Options::new().room_bytes(16 << 20);
/// let (sender, receiver) = options.make()?;
/// sender.put(vec![7_u8; 10 << 20])?;
/// assert_eq!(receiver.get()?.len(), 10 << 20);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
#[must_use = "a queue is made by `make`"]
pub struct Options {
    name: &'static str,
    most_items: usize,
    room_bytes: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self::new()
    }
}

impl Options {
    /// The largest room that a queue can have, in bytes: half a gigabyte.
    pub const MOST_ROOM_BYTES: usize = MOST_BYTES - HEAD_BYTES;

    /// A queue called `queue`, for any number of items of 2 MiB together.
    pub fn new() -> Self {
        Self {
            name: "queue",
            most_items: MOST_ITEMS,
            room_bytes: (2 << 20) - HEAD_BYTES,
        }
    }

    /// Its name in the timeline. The second queue of this name is called `NAME 2`.
    pub fn name(mut self, name: &'static str) -> Self {
        self.name = name;
        self
    }

    /// How many items may be in the queue, from 1 to 16,777,215. `put` waits while there are that
    /// many.
    pub fn most_items(mut self, items: usize) -> Self {
        self.most_items = items;
        self
    }

    /// How many bytes the items in the queue may have together; at least the longest item has to
    /// fit. An item's bytes are those of borsh: a `Vec<f64>` has eight for each number and four for
    /// its length. The memory is taken when items first come to lie in it, and it is kept until
    /// the queue is dropped.
    pub fn room_bytes(mut self, bytes: usize) -> Self {
        self.room_bytes = bytes;
        self
    }

    /// Makes the queue.
    ///
    /// # Errors
    /// When a number is 0 (nothing could ever be put) or beyond its limit, and when the system has
    /// no memory to share or no descriptors left.
    pub fn make<T: Message>(self) -> io::Result<(Sender<T>, Receiver<T>)> {
        let Self {
            most_items,
            room_bytes,
            ..
        } = self;
        let most_items = checked(most_items, MOST_ITEMS, "items")?;
        checked(room_bytes, Self::MOST_ROOM_BYTES, "bytes")?;
        queue(self.name, room_bytes + HEAD_BYTES, most_items)
    }
}

fn checked(number: usize, most: usize, what: &str) -> io::Result<u32> {
    let text = || format!("cannot make a queue for {number} {what}: from 1 to {most}");
    let counted = u32::try_from(number).ok();
    counted
        .filter(|_| (1..=most).contains(&number))
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, text()))
}
