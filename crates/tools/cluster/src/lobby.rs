//! Those who have connected and not yet proved the key: 64 at a time, each on a thread of its own
//! for 5 s at most. One more, and the one that has been here longest is thrown out: a peer that has
//! the key needs a moment, so strangers that say nothing keep it out no longer than that.

use std::collections::BTreeMap;
use std::io;
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::SyncSender;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use scheduler::limits::{HEARTBEAT, SILENCE_LIMIT};
use scheduler::machine::Peer;

use crate::key::Key;
use crate::line::Line;
use crate::line_error::LineError;
use crate::login;
use crate::mail::Mail;
use crate::room::{Load, Room};
use crate::wire::{Hello, Overview, ToCluster};

/// How many may be at the login at a time.
pub(crate) const MOST_STRANGERS: usize = 64;

/// What the hub is told.
pub(crate) enum Input {
    Joined(Peer, Arc<Line>, Hello, SocketAddr),
    /// With what it takes of the room.
    Came(Peer, Mail<ToCluster>, Load),
    /// It is in the middle of a long packet, and can send nothing else meanwhile.
    Busy(Peer),
    Ended(Peer),
    /// The page wants to know how things are.
    Look(SyncSender<Overview>),
}

/// Who is here, by number.
#[derive(Default)]
struct Lobby {
    strangers: Mutex<BTreeMap<u64, TcpStream>>,
    has_left: Condvar,
    room: Arc<Room>,
}

/// Accepts all who come, forever, on a thread of its own. An error is for one connection, or passes
/// (no descriptor is free).
pub(crate) fn open(listener: TcpListener, key: Key, inputs: SyncSender<Input>) -> io::Result<()> {
    let accept_all = move || {
        let lobby = Arc::new(Lobby::default());
        for number in 0.. {
            match listener.accept() {
                Ok((stream, from)) => lobby.welcome(number, stream, from, &key, &inputs),
                Err(_) => thread::sleep(Duration::from_millis(10)),
            }
        }
    };
    let thread = thread::Builder::new().name("accept".to_owned());
    thread.spawn(accept_all).map(drop)
}

impl Lobby {
    fn welcome(
        self: &Arc<Self>,
        number: u64,
        stream: TcpStream,
        from: SocketAddr,
        key: &Key,
        inputs: &SyncSender<Input>,
    ) {
        let Ok(copy) = stream.try_clone() else {
            return;
        };
        self.make_room().insert(number, copy);
        let (lobby, key, inputs) = (Arc::clone(self), key.clone(), inputs.clone());
        let peer = move || {
            let login = login::accept(&stream, &key);
            lobby.leave(number);
            let Ok((noise, hello)) = login else {
                return;
            };
            if let Ok(line) = Line::new(stream, noise, format!("tcp {}", from.port())) {
                serve(
                    Peer(number),
                    &Arc::new(line),
                    hello,
                    from,
                    &inputs,
                    &lobby.room,
                );
            }
        };
        if thread::Builder::new().spawn(peer).is_err() {
            self.leave(number);
        }
    }

    /// Waits until there is room, which takes the end of a thread at most.
    fn make_room(&self) -> MutexGuard<'_, BTreeMap<u64, TcpStream>> {
        let mut strangers = lock(&self.strangers);
        while strangers.len() >= MOST_STRANGERS {
            if let Some((_, oldest)) = strangers.first_key_value() {
                // Its thread wakes up, and leaves.
                let _gone_already = oldest.shutdown(Shutdown::Both);
            }
            let waited = self.has_left.wait_timeout(strangers, SILENCE_LIMIT);
            strangers = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        strangers
    }

    fn leave(&self, number: u64) {
        lock(&self.strangers).remove(&number);
        self.has_left.notify_one();
    }
}

/// Passes on what a peer says, until it has gone, or has been silent for three heartbeats.
fn serve(
    peer: Peer,
    line: &Arc<Line>,
    hello: Hello,
    from: SocketAddr,
    inputs: &SyncSender<Input>,
    room: &Arc<Room>,
) {
    if inputs
        .send(Input::Joined(peer, Arc::clone(line), hello, from))
        .is_err()
    {
        return;
    }
    loop {
        match line.recv(HEARTBEAT) {
            Ok(received) => {
                let load = room.take(received.cost());
                if inputs.send(Input::Came(peer, received, load)).is_err() {
                    return;
                }
            }
            Err(LineError::Timeout) if line.silence() < HEARTBEAT => {
                if inputs.send(Input::Busy(peer)).is_err() {
                    return;
                }
            }
            // After a stop (Ctrl-Z) what came meanwhile is there, and was read.
            Err(LineError::Timeout) if line.silence() < SILENCE_LIMIT => {}
            Err(_) => break,
        }
    }
    line.close();
    // It fails when the scheduler is over.
    let _over = inputs.send(Input::Ended(peer));
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::sync_channel;

    use scheduler::TaskId;
    use scheduler::wire::{Role, ToScheduler};

    use super::*;
    use crate::room::ROOM_BYTES;
    use crate::wire::{BODY_LIMIT, VERSION};

    /// The number of packets does not say how much memory they take.
    #[test]
    fn as_many_packets_wait_as_there_is_room_for() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (inputs, events) = sync_channel(256);
        open(listener, Key::none(), inputs).unwrap();
        let stream = TcpStream::connect(address).unwrap();
        let hello = Hello {
            version: VERSION,
            role: Role::Worker,
            name: String::new(),
        };
        let noise = login::connect(&stream, &Key::none(), &hello).unwrap();
        let line = Line::new(stream, noise, String::new()).unwrap();
        // A packet is a little longer than its body.
        let fit = ROOM_BYTES / (BODY_LIMIT / 2) - 1;
        thread::spawn(move || {
            for _ in 0..=fit {
                let (id, attempt, body) = (TaskId(0), 1, vec![7; BODY_LIMIT / 2]);
                let done = ToScheduler::Done { id, attempt, body };
                line.send(&[ToCluster::Machine(done)]).unwrap();
            }
            line
        });
        let next = |limit| loop {
            match events.recv_timeout(limit) {
                Ok(Input::Came(_, _, load)) => return Some(load),
                Ok(_) => {}
                Err(_) => return None,
            }
        };
        let limit = Duration::from_secs(10);
        let loads: Vec<Load> = (0..fit).map(|_| next(limit).unwrap()).collect();
        assert!(next(Duration::from_millis(500)).is_none());
        drop(loads);
        assert!(next(limit).is_some());
    }
}
