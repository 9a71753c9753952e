//! A pipe in each direction.

use std::io;

use common::Message;

use crate::{Receiver, RecvError, SendError, Sender, pipe};

/// One end of a two-way pipe: it sends `S` and receives `R`. Its two halves can be taken apart and
/// used alone.
#[derive(Debug)]
pub struct Connection<S, R> {
    /// Sends to the other end.
    pub sender: Sender<S>,
    /// Receives from the other end.
    pub receiver: Receiver<R>,
}

/// Creates a two-way pipe, and returns its two ends.
///
/// # Errors
/// As [`pipe`].
pub fn duplex<A: Message, B: Message>() -> io::Result<(Connection<A, B>, Connection<B, A>)> {
    let (to_right, from_left) = pipe()?;
    let (to_left, from_right) = pipe()?;
    let left = Connection {
        sender: to_right,
        receiver: from_right,
    };
    let right = Connection {
        sender: to_left,
        receiver: from_left,
    };
    Ok((left, right))
}

impl<S: Message, R: Message> Connection<S, R> {
    /// Sends a message to the other side; blocks while there is no room for it.
    ///
    /// # Errors
    /// [`SendError`].
    pub fn send(&self, message: S) -> Result<(), SendError<S>> {
        self.sender.send(message)
    }

    /// Receives the next message of the other side; blocks while there is none.
    ///
    /// # Errors
    /// [`RecvError`].
    pub fn recv(&self) -> Result<R, RecvError> {
        self.receiver.recv()
    }
}
