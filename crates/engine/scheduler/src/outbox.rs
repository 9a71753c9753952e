//! An outbox: messages wait in it for a peer that reads slowly, and a thread writes them.

use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::{self, Scope, ScopedJoinHandle};

use common::Message;

use crate::connection::Connection;
use crate::limits::SILENCE_LIMIT;

/// The messages to one peer. When it is dropped, its thread writes the rest, and ends.
pub struct Outbox<'scope> {
    connection: Arc<Connection>,
    /// To the writing thread; `None` after the last message.
    messages: Option<SyncSender<Vec<u8>>>,
    writer: ScopedJoinHandle<'scope, ()>,
}

impl<'scope> Outbox<'scope> {
    /// An outbox in which `most` messages can wait.
    ///
    /// # Errors
    /// When the system cannot start its thread.
    pub fn start(
        scope: &'scope Scope<'scope, '_>,
        connection: Arc<Connection>,
        most: usize,
    ) -> io::Result<Self> {
        let (sender, messages) = sync_channel(most);
        let theirs = Arc::clone(&connection);
        let write = move || write_all(&messages, &theirs);
        Ok(Self {
            connection,
            messages: Some(sender),
            writer: thread::Builder::new().spawn_scoped(scope, write)?,
        })
    }

    /// Puts a message in; never blocks. If there is no room, the peer does not read, and its
    /// connection is closed: that wakes the thread that receives from it. The connection is also
    /// closed if the message cannot be sent at all, since the peer would wait for it in vain.
    pub fn put<M: Message>(&self, message: &M) {
        let Some(messages) = &self.messages else {
            return;
        };
        let is_lost = match self.connection.seal(message) {
            Ok(sealed) => matches!(messages.try_send(sealed), Err(TrySendError::Full(_))),
            Err(_too_long) => true,
        };
        if is_lost {
            self.connection.close();
        }
    }

    /// Ends the outbox after its last message: it takes no more, and the rest is written.
    pub fn finish(&mut self) {
        self.messages = None;
    }

    /// Whether all is written, after [`finish`](Self::finish), or can no longer be.
    pub fn is_written(&self) -> bool {
        self.writer.is_finished()
    }
}

/// Writes the messages of the outbox, until no more can come.
fn write_all(messages: &Receiver<Vec<u8>>, connection: &Connection) {
    for sealed in messages {
        if connection.write(&sealed, SILENCE_LIMIT).is_err() {
            return;
        }
    }
    connection.finish();
}
