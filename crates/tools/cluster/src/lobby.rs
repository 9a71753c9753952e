//! Those who have connected and not yet proved the key: 64 at a time, each on a thread of its own
//! for 5 s at most. One more, and one of those is thrown out from whose network most have come; of these
//! one that has not shown yet that it has the key, and the one that has been here longest. So strangers
//! keep no peer out that is elsewhere, or has said its first word.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::SyncSender;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use scheduler::limits::{HEARTBEAT, SILENCE_LIMIT};
use scheduler::machine::Peer;

use crate::key::Key;
use crate::line::Line;
use crate::line_error::LineError;
use crate::login;
use crate::mail::Mail;
use crate::room::{LONG_BYTES, LONG_LIMIT, Load, MOST_LONG, ROOM_BYTES, Room};
use crate::wire::{Hello, Overview, ToCluster};

/// How many may be at the login at a time.
pub(crate) const MOST_STRANGERS: usize = 64;

/// What the hub is told.
pub(crate) enum Input {
    Joined(Peer, Arc<Line>, Hello, SocketAddr),
    /// With what it takes of the room.
    Came(Peer, Mail<ToCluster>, Load),
    /// It is in the middle of a long packet, or waits to go on with it, and can send nothing else meanwhile.
    Busy(Peer),
    Ended(Peer),
    /// The page wants to know how things are.
    Look(SyncSender<Overview>),
    /// Something is on disk.
    Written,
}

/// One at the login.
struct Stranger {
    stream: TcpStream,
    network: u128,
    /// Its first word was made with the key: by a peer, or by one that has recorded it.
    has_opened: bool,
}

/// Who is here, by number.
struct Lobby {
    strangers: Mutex<BTreeMap<u64, Stranger>>,
    has_left: Condvar,
    /// For what is on its way to the hub, and has not been carried out there.
    room: Arc<Room>,
    /// For the long packets of which a part has come.
    long: Arc<Room>,
    /// How long each of these may arrive.
    long_limit: Duration,
}

/// Accepts all who come, forever, on a thread of its own. An error is for one connection, or passes
/// (no descriptor is free).
pub(crate) fn open(listener: TcpListener, key: Key, inputs: SyncSender<Input>) -> io::Result<()> {
    let accept_all =
        move || Lobby::with(MOST_LONG, LONG_LIMIT).accept_all(&listener, &key, &inputs);
    let thread = thread::Builder::new().name("accept".to_owned());
    thread.spawn(accept_all).map(drop)
}

impl Lobby {
    /// In which this number of long packets may arrive at a time, each within a limit.
    fn with(most_long: usize, long_limit: Duration) -> Arc<Self> {
        Arc::new(Self {
            strangers: Mutex::default(),
            has_left: Condvar::new(),
            room: Room::of(ROOM_BYTES),
            long: Room::of(most_long),
            long_limit,
        })
    }

    fn accept_all(self: &Arc<Self>, listener: &TcpListener, key: &Key, inputs: &SyncSender<Input>) {
        for number in 0.. {
            match listener.accept() {
                Ok((stream, from)) => self.welcome(number, stream, from, key, inputs),
                Err(_) => thread::sleep(Duration::from_millis(10)),
            }
        }
    }

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
        let stranger = Stranger {
            stream: copy,
            network: network(from.ip()),
            has_opened: false,
        };
        self.make_room().insert(number, stranger);
        let (lobby, key, inputs) = (Arc::clone(self), key.clone(), inputs.clone());
        let peer = move || {
            let login = login::accept(&stream, &key, || lobby.note_opened(number));
            lobby.leave(number);
            let Ok((noise, hello)) = login else {
                return;
            };
            if let Ok(line) = Line::new(stream, noise, format!("tcp {}", from.port())) {
                let line = Arc::new(line);
                let joined = Input::Joined(Peer(number), Arc::clone(&line), hello, from);
                if inputs.send(joined).is_ok() {
                    lobby.serve(Peer(number), &line, &inputs);
                }
            }
        };
        if thread::Builder::new().spawn(peer).is_err() {
            self.leave(number);
        }
    }

    /// Waits until there is room, which takes the end of a thread at most.
    fn make_room(&self) -> MutexGuard<'_, BTreeMap<u64, Stranger>> {
        let mut strangers = lock(&self.strangers);
        while strangers.len() >= MOST_STRANGERS {
            if let Some(stranger) = first_to_go(&strangers) {
                // Its thread wakes up, and leaves.
                let _gone_already = stranger.stream.shutdown(Shutdown::Both);
            }
            let waited = self.has_left.wait_timeout(strangers, SILENCE_LIMIT);
            strangers = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        strangers
    }

    fn note_opened(&self, number: u64) {
        if let Some(stranger) = lock(&self.strangers).get_mut(&number) {
            stranger.has_opened = true;
        }
    }

    fn leave(&self, number: u64) {
        lock(&self.strangers).remove(&number);
        self.has_left.notify_one();
    }

    /// Passes on what a peer says, until it has gone, or has been silent for three heartbeats, or has taken
    /// too long over a packet that keeps others waiting.
    fn serve(&self, peer: Peer, line: &Line, inputs: &SyncSender<Input>) {
        // A place, and since when it is held.
        let mut arriving: Option<(Load, Instant)> = None;
        loop {
            let mut is_admitted = |length| {
                if length > LONG_BYTES && arriving.is_none() {
                    let place = self.long.take_one(HEARTBEAT);
                    arriving = place.map(|place| (place, Instant::now()));
                }
                length <= LONG_BYTES || arriving.is_some()
            };
            match line.recv_if(HEARTBEAT, &mut is_admitted) {
                Ok(received) => {
                    let load = self.room.take(received.cost());
                    arriving = None;
                    if inputs.send(Input::Came(peer, received, load)).is_err() {
                        return;
                    }
                }
                Err(LineError::Timeout)
                    if let Some((_, since)) = &arriving
                        && since.elapsed() > self.long_limit =>
                {
                    break;
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
}

/// Who is thrown out next.
fn first_to_go(strangers: &BTreeMap<u64, Stranger>) -> Option<&Stranger> {
    let count = |network| {
        strangers
            .values()
            .filter(|it| it.network == network)
            .count()
    };
    // The first of several: it has been here longest.
    let most = |(number, it): &(&u64, &Stranger)| {
        let from_there = count(it.network);
        (Reverse(from_there), it.has_opened, **number)
    };
    strangers.iter().min_by_key(most).map(|(_, it)| it)
}

/// An address, or the half of a long one that a network is given as a whole.
fn network(address: IpAddr) -> u128 {
    match address.to_canonical() {
        IpAddr::V4(address) => u32::from(address).into(),
        IpAddr::V6(address) => u128::from(address) >> 64 << 64,
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
