//! Peers that have connected and not yet proved the key: 64 at a time, each on a thread of its own
//! for 5 s at most. When another one comes, one is thrown out: from the network that has most of
//! them here, first of those that have not yet shown the key, and of these the oldest. So strangers
//! cannot keep out a peer from another network, or one that has sent its first message.

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
use crate::printing::Seldom;
use crate::room::{LONG_BYTES, LONG_LIMIT, Load, MOST_LONG, ROOM_BYTES, Room};
use crate::wire::{Hello, Overview, ToCluster};

/// How many peers may be at the login at a time.
pub(crate) const MOST_STRANGERS: usize = 64;

/// The messages to the hub.
pub(crate) enum Input {
    Joined(Peer, Arc<Line>, Hello, SocketAddr),
    /// A packet from a peer, with the room that it takes.
    Came(Peer, Mail<ToCluster>, Load),
    /// The peer sends a long packet, or waits to go on with it, and can send nothing else meanwhile.
    Busy(Peer),
    Ended(Peer),
    /// The page asks for the state of the scheduler.
    Look(SyncSender<Overview>),
    /// The writer has finished a commit.
    Written,
}

/// A peer at the login.
struct Stranger {
    stream: TcpStream,
    network: u128,
    /// Its first message was made with the key: just now, or when it was recorded.
    has_opened: bool,
}

/// The peers at the login, by number, and the room for the packets of all peers.
struct Lobby {
    strangers: Mutex<BTreeMap<u64, Stranger>>,
    has_left: Condvar,
    /// Room for packets until the hub has carried them out.
    room: Arc<Room>,
    /// Room for long packets that have arrived in part.
    long: Arc<Room>,
    /// How long a packet may take to arrive.
    long_limit: Duration,
}

/// Accepts connections forever, on a thread of its own. A failed accept concerns one connection, or
/// passes (no descriptor is free).
pub(crate) fn open(listener: TcpListener, key: Key, inputs: SyncSender<Input>) -> io::Result<()> {
    let accept_all =
        move || Lobby::with(MOST_LONG, LONG_LIMIT).accept_all(&listener, &key, &inputs);
    let thread = thread::Builder::new().name("accept".to_owned());
    thread.spawn(accept_all).map(drop)
}

impl Lobby {
    /// A lobby in which this number of long packets may arrive at a time, each within a limit.
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
        let mut notice = Seldom::default();
        for number in 0.. {
            let accepted = listener
                .accept()
                .and_then(|(stream, from)| self.welcome(number, stream, from, key, inputs));
            if let Err(error) = accepted {
                // Not for a peer that was gone again before it was accepted.
                if error.kind() != io::ErrorKind::ConnectionAborted {
                    notice.say(format!("No room for another connection: {error}"));
                }
                thread::sleep(Duration::from_millis(10));
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
    ) -> io::Result<()> {
        let stranger = Stranger {
            stream: stream.try_clone()?,
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
        let started = thread::Builder::new().spawn(peer);
        started.map(drop).inspect_err(|_| self.leave(number))
    }

    /// Waits for a free place. If there is none, throws a peer out and waits for its thread to end.
    fn make_room(&self) -> MutexGuard<'_, BTreeMap<u64, Stranger>> {
        let mut strangers = lock(&self.strangers);
        while strangers.len() >= MOST_STRANGERS {
            if let Some(stranger) = first_to_go(&strangers) {
                // Its thread wakes up and leaves.
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

    /// Passes on a peer's packets until the peer has gone, has been silent for three heartbeats, has
    /// sent one packet for too long, or does not hang up after our last word.
    fn serve(&self, peer: Peer, line: &Line, inputs: &SyncSender<Input>) {
        // The place of a long packet; and since when a packet has been arriving.
        let (mut place, mut arriving) = (None, None::<Instant>);
        while !line.is_over() {
            let mut has_place = true;
            let mut is_admitted = |length| {
                if length > LONG_BYTES && place.is_none() {
                    place = self.long.take_one(HEARTBEAT);
                    has_place = place.is_some();
                }
                has_place
            };
            let input = match line.recv_if(HEARTBEAT, &mut is_admitted) {
                Ok(received) => {
                    let load = self.room.take(received.cost());
                    (place, arriving) = (None, None);
                    Input::Came(peer, received, load)
                }
                Err(LineError::Timeout) if line.silence() < HEARTBEAT => {
                    let begun = *arriving.get_or_insert_with(Instant::now);
                    if !has_place {
                        arriving = None;
                    } else if begun.elapsed() > self.long_limit {
                        break;
                    }
                    Input::Busy(peer)
                }
                Err(LineError::Timeout) if line.silence() < SILENCE_LIMIT => continue,
                // It may still receive: the hub hangs up when it has answered the last message.
                Err(LineError::Disconnected) => return send_end(peer, inputs),
                Err(_) => break,
            };
            if inputs.send(input).is_err() {
                return;
            }
        }
        line.close();
        send_end(peer, inputs);
    }
}

fn send_end(peer: Peer, inputs: &SyncSender<Input>) {
    // Fails if the hub has ended.
    let _over = inputs.send(Input::Ended(peer));
}

/// The peer that is thrown out next.
fn first_to_go(strangers: &BTreeMap<u64, Stranger>) -> Option<&Stranger> {
    let count = |network| {
        strangers
            .values()
            .filter(|it| it.network == network)
            .count()
    };
    // On a tie the lowest number: it has been here longest.
    let most = |(number, it): &(&u64, &Stranger)| {
        let from_there = count(it.network);
        (Reverse(from_there), it.has_opened, **number)
    };
    strangers.iter().min_by_key(most).map(|(_, it)| it)
}

/// The network of an address: all of an IPv4 address, or the half of an IPv6 address that names it.
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
