//! The scheduler's connections: two threads for each, one that listens and one that speaks,
//! around the one [`Scheduler`] that decides.

use std::collections::HashMap;
use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, Scope};

use common::lane;

use crate::connection::{Connection, ConnectionError};
use crate::scheduler::{Effect, Event, Peer, Scheduler};
use crate::wire::{CONNECT_LIMIT, FromScheduler, SILENCE_LIMIT};

/// How many may be connected at a time; one more is closed at once. Each costs two threads.
pub const MOST_CONNECTIONS: usize = 64;

/// How many messages wait for a peer that does not read; one more, and it is cut off.
const OUTBOX: usize = 64;

/// What all threads of the server share.
pub(crate) struct Hub {
    address: SocketAddr,
    table: Mutex<Table>,
}

#[derive(Default)]
struct Table {
    scheduler: Scheduler,
    peers: HashMap<Peer, Outbox>,
    is_closed: bool,
}

/// The way to a peer. When it is dropped, the thread that speaks writes what is left, and ends
/// the connection.
struct Outbox {
    messages: SyncSender<FromScheduler>,
    connection: Arc<Connection>,
}

impl Hub {
    pub(crate) fn new(address: SocketAddr) -> Self {
        Self {
            address,
            table: Mutex::default(),
        }
    }

    /// Serves all who connect. Blocks until the scheduler has been asked to end.
    pub(crate) fn accept_all<'scope>(
        &'scope self,
        scope: &'scope Scope<'scope, '_>,
        listener: &TcpListener,
    ) -> io::Result<()> {
        for number in 0.. {
            let (stream, from) = match listener.accept() {
                Ok(accepted) => accepted,
                // Gone before we came to it.
                Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => continue,
                Err(error) => return Err(error),
            };
            let mut table = self.table();
            if table.is_closed {
                break;
            }
            let has_room = table.peers.len() < MOST_CONNECTIONS;
            if let (true, Ok(connection)) = (has_room, Connection::accepted(stream, from)) {
                let peer = Peer(number);
                let connection = Arc::new(connection);
                let outbox = table.add(peer, &connection);
                drop(table);
                let speaking = Arc::clone(&connection);
                spawn(scope, format!("to {from}"), move || {
                    speak(&outbox, &speaking)
                })?;
                spawn(scope, format!("from {from}"), move || {
                    self.listen(peer, &connection)
                })?;
            }
        }
        Ok(())
    }

    /// Takes in what one peer says, until its connection ends.
    fn listen(&self, peer: Peer, connection: &Connection) {
        loop {
            match connection.recv_timeout(SILENCE_LIMIT) {
                Ok(message) => self.handle(peer, Event::Received(message)),
                // A client may think; a worker with a task has to send heartbeats.
                Err(ConnectionError::Timeout(_)) if !self.table().scheduler.holds_a_lease(peer) => {
                }
                Err(_) => break,
            }
        }
        self.handle(peer, Event::Gone);
    }

    /// Lets the scheduler decide, and carries it out. Waits for no peer.
    fn handle(&self, peer: Peer, event: Event) {
        // Locked to the end. If it were released in between, two threads could put their
        // messages into an outbox in the other order than they were decided.
        let mut table = self.table();
        if event == Event::Gone {
            table.peers.remove(&peer);
        }
        for effect in table.scheduler.step(peer, event) {
            match effect {
                Effect::Send(to, message) => table.send(to, message),
                Effect::Shutdown => {
                    table.close();
                    // The thread that accepts looks at the table at the next connection: this one.
                    let _awake = TcpStream::connect_timeout(&self.address, CONNECT_LIMIT);
                }
            }
        }
    }

    /// Tells everybody that the scheduler ends. What was told before still arrives.
    pub(crate) fn close(&self) {
        self.table().close();
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    /// Takes in a new peer, and gives what will be said to it.
    fn add(&mut self, peer: Peer, connection: &Arc<Connection>) -> Receiver<FromScheduler> {
        let (messages, outbox) = sync_channel(OUTBOX);
        let connection = Arc::clone(connection);
        self.peers.insert(
            peer,
            Outbox {
                messages,
                connection,
            },
        );
        outbox
    }

    fn send(&self, to: Peer, message: FromScheduler) {
        let Some(outbox) = self.peers.get(&to) else {
            return;
        };
        if let Err(TrySendError::Full(_)) = outbox.messages.try_send(message) {
            // Its listening thread wakes up, and reports it gone.
            outbox.connection.close();
        }
    }

    fn close(&mut self) {
        self.is_closed = true;
        for &peer in self.peers.keys() {
            self.send(peer, FromScheduler::Shutdown);
        }
        self.peers.clear();
    }
}

/// Writes what is in the outbox, until nobody can put anything into it any more.
fn speak(outbox: &Receiver<FromScheduler>, connection: &Connection) {
    for message in outbox {
        if connection.send(&message).is_err() {
            break;
        }
    }
    connection.close();
}

fn spawn<'scope>(
    scope: &'scope Scope<'scope, '_>,
    name: String,
    run: impl FnOnce() + Send + 'scope,
) -> io::Result<()> {
    let thread = thread::Builder::new().name(name.clone());
    thread.spawn_scoped(scope, move || {
        lane::enter(name);
        run();
    })?;
    Ok(())
}
