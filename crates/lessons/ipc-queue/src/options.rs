//! Making a queue: a ring between two locks.

use std::io;

use common::{Message, Trace};
use ipc_shared::Lock;
use ring::{MOST_BYTES, MOST_MESSAGES};

use crate::done::Done;
use crate::readers::Readers;
use crate::writers::Writers;
use crate::{Receiver, Sender};

/// Creates a queue for any number of items, of at most 2 MiB together ([`Options::room_bytes`]
/// gives it more room).
///
/// ```
/// let (sender, receiver) = ipc_queue::unbounded()?;
/// sender.put("url_1".to_owned())?;
/// drop(sender);
/// assert_eq!(receiver.get()?, "url_1");
/// assert!(receiver.get().is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// When the system has no memory to share or no descriptors left.
pub fn unbounded<T: Message>() -> io::Result<(Sender<T>, Receiver<T>)> {
    Options::new().make()
}

/// Creates a queue for at most `capacity` items, of at most 2 MiB together ([`Options::room_bytes`]
/// gives it more room).
///
/// # Errors
/// When `capacity` is 0 (nothing could ever be put) or above 16,777,215; else as [`unbounded`].
pub fn bounded<T: Message>(capacity: usize) -> io::Result<(Sender<T>, Receiver<T>)> {
    Options::new().most_items(capacity).make()
}

/// Bytes that an item takes besides its own: its length and, while a run is recorded, its cause.
const HEAD_BYTES: usize = 4 + 8;

/// The settings of a queue, for those that [`unbounded`] and [`bounded`] do not set.
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
    /// The name of the thing of which the queue is an inner part; empty if there is none.
    of: String,
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

    /// Returns the settings of a queue called `queue`, for any number of items of 2 MiB together.
    pub fn new() -> Self {
        Self {
            name: "queue",
            of: String::new(),
            most_items: MOST_MESSAGES as usize,
            room_bytes: (2 << 20) - HEAD_BYTES,
        }
    }

    /// Sets the queue's name in the timeline. The second queue of this name is called `NAME 2`.
    pub fn name(mut self, name: &'static str) -> Self {
        self.name = name;
        self
    }

    /// Makes the queue an inner part of `thing`: pictures show it only with `--detail`.
    pub fn inside(mut self, thing: &Trace) -> Self {
        thing.name().clone_into(&mut self.of);
        self
    }

    /// Sets the largest number of items in the queue, from 1 to 16,777,215. `put` waits while it
    /// holds that many.
    pub fn most_items(mut self, items: usize) -> Self {
        self.most_items = items;
        self
    }

    /// Sets the room in bytes; one item of that many fits. The ring has the next power of two. An item
    /// takes its bytes (those of borsh: a `Vec<f64>` has eight for each number and four for its length),
    /// rounded up to four, and four more. The system provides the memory when items first use it, and
    /// the queue keeps it until it is dropped.
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
            name,
            of,
            most_items,
            room_bytes,
        } = self;
        let most_messages = checked(most_items, MOST_MESSAGES as usize, "items")?;
        checked(room_bytes, Self::MOST_ROOM_BYTES, "bytes")?;
        let trace = Trace::new(name).inside(&Trace::named(of));
        let put_lock = Lock::without_poison(trace.part("put"))?;
        let get_lock = Lock::without_poison(trace.part("get"))?;
        let done = Done::new()?;
        let (writer, reader) = ring::messages(room_bytes + HEAD_BYTES, most_messages, trace)?;
        let sender = Sender {
            writers: Writers::new(writer, put_lock),
            done: done.clone(),
            most_items,
        };
        let readers = Readers::new(reader, get_lock);
        Ok((sender, Receiver { readers, done }))
    }
}

fn checked(number: usize, most: usize, what: &str) -> io::Result<u32> {
    let text = || format!("cannot make a queue for {number} {what}: from 1 to {most}");
    let counted = u32::try_from(number).ok();
    counted
        .filter(|_| (1..=most).contains(&number))
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, text()))
}
