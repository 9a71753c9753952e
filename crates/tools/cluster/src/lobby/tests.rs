use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::Instant;

use common::encode_into;
use lesson_test::until;
use scheduler::TaskId;
use scheduler::wire::{Role, ToScheduler};

use super::*;
use crate::sending::seal;
use crate::wire::{BODY_LIMIT, VERSION};

const LIMIT: Duration = Duration::from_secs(30);

/// A peer that has logged in at a lobby, and the frames of its packet.
struct Caller {
    stream: TcpStream,
    frames: Vec<Vec<u8>>,
}

impl Caller {
    fn with(message: &ToCluster, address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        let hello = Hello {
            version: VERSION,
            role: Role::Worker,
            name: String::new(),
        };
        let noise = login::connect(&stream, &Key::none(), &hello).unwrap();
        // 0: no events before the messages.
        let mut packet = vec![0];
        encode_into(message, &mut packet).unwrap();
        let length = u32::try_from(packet.len()).unwrap();
        let packet = [&length.to_le_bytes()[..], &packet].concat();
        let parts = packet.chunks(60_000).zip(1..);
        let frames = parts.map(|(part, nonce)| {
            let mut frame = Vec::new();
            seal(&noise, nonce, part, &mut frame).unwrap();
            frame
        });
        let frames = frames.collect();
        Self { stream, frames }
    }

    fn send(&mut self, most: usize) {
        let count = most.min(self.frames.len());
        let bytes: Vec<u8> = self.frames.drain(..count).flatten().collect();
        self.stream.write_all(&bytes).unwrap();
    }
}

/// A lobby with this many places for long packets, and how long each may be held.
fn with_places(most: usize, limit: Duration) -> (SocketAddr, Arc<Room>, Receiver<Input>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (inputs, events) = sync_channel(256);
    let lobby = Lobby::with(most, limit);
    let long = Arc::clone(&lobby.long);
    thread::spawn(move || lobby.accept_all(&listener, &Key::none(), &inputs));
    (address, long, events)
}

fn long_packet() -> ToCluster {
    let (id, attempt, body) = (TaskId(0), 1, vec![7; 2 * LONG_BYTES]);
    ToCluster::Machine(ToScheduler::Done { id, attempt, body })
}

#[test]
fn a_peer_that_goes_while_it_waits_for_a_place_has_ended() {
    let (address, _long, events) = with_places(0, LONG_LIMIT);
    let mut caller = Caller::with(&long_packet(), address);
    // Bytes are left in the socket's buffer, followed by the end of the stream.
    caller.send(1);
    drop(caller);
    let begun = Instant::now();
    while !matches!(events.recv_timeout(LIMIT).unwrap(), Input::Ended(Peer(0))) {
        assert!(begun.elapsed() < LIMIT, "it is thought to be there");
    }
}

#[test]
fn as_many_long_packets_arrive_at_a_time_as_there_are_places_and_short_ones_at_any_time() {
    let (address, long, events) = with_places(2, LONG_LIMIT);
    let done = long_packet();
    let mut callers: Vec<Caller> = (0..4).map(|_| Caller::with(&done, address)).collect();
    callers[..2].iter_mut().for_each(|caller| caller.send(10));
    until("both have a place", || {
        long.take_one(Duration::ZERO).is_none()
    });
    callers[2..]
        .iter_mut()
        .for_each(|caller| caller.send(usize::MAX));
    let next = || events.recv_timeout(LIMIT).unwrap();
    // Peers that wait keep the tasks that are lent to them.
    let mut waiting = BTreeSet::new();
    while waiting.len() < 2 {
        match next() {
            Input::Busy(Peer(number)) if number >= 2 => drop(waiting.insert(number)),
            Input::Came(peer, ..) => panic!("{peer:?} has no place"),
            _ => {}
        }
        // A peer that is silent for long loses its place.
        for caller in &mut callers[..2] {
            caller.send(usize::from(caller.frames.len() > 1));
        }
    }
    let alive = ToCluster::Machine(ToScheduler::Heartbeat { held: Vec::new() });
    Caller::with(&alive, address).send(usize::MAX);
    let came = || loop {
        if let Input::Came(Peer(number), ..) = next() {
            return number;
        }
    };
    assert_eq!(came(), 4);
    callers[0].send(usize::MAX);
    callers[1].send(usize::MAX);
    let all: BTreeSet<u64> = (0..4).map(|_| came()).collect();
    assert_eq!(all, (0..4).collect());
}

#[test]
fn a_peer_that_trickles_a_long_packet_loses_its_place_to_one_that_waits() {
    let (address, long, events) = with_places(1, Duration::from_secs(1));
    let mut slow = Caller::with(&long_packet(), address);
    slow.send(1);
    until("it has the place", || {
        long.take_one(Duration::ZERO).is_none()
    });
    let mut quick = Caller::with(&long_packet(), address);
    let trickle = thread::spawn(move || {
        let begun = Instant::now();
        let mut bytes = slow.frames.into_iter().flatten();
        let mut is_cut = || slow.stream.write_all(&[bytes.next().unwrap()]).is_err();
        while !is_cut() {
            assert!(begun.elapsed() < LIMIT, "it keeps its place");
            thread::sleep(Duration::from_millis(20));
        }
    });
    quick.send(usize::MAX);
    let came = loop {
        if let Input::Came(peer, ..) = events.recv_timeout(LIMIT).unwrap() {
            break peer;
        }
    };
    assert_eq!(came, Peer(1));
    trickle.join().unwrap();
}

/// Otherwise peers that are refused would take threads and descriptors without a limit.
#[test]
fn a_peer_that_does_not_hang_up_after_the_last_word_is_cut_off() {
    let (address, _long, events) = with_places(0, LONG_LIMIT);
    let stream = TcpStream::connect(address).unwrap();
    let hello = Hello {
        version: VERSION,
        role: Role::Client,
        name: String::new(),
    };
    let noise = login::connect(&stream, &Key::none(), &hello).unwrap();
    let ours = Line::new(stream, noise, String::new()).unwrap();
    let Input::Joined(_, theirs, ..) = events.recv_timeout(LIMIT).unwrap() else {
        panic!("it has joined");
    };
    theirs.finish();
    let begun = Instant::now();
    loop {
        let alive = ToScheduler::Heartbeat { held: Vec::new() };
        let _gone = ours.send(&[ToCluster::Machine(alive)]);
        match events.recv_timeout(SILENCE_LIMIT / 10) {
            Ok(Input::Ended(_)) => break,
            _ => assert!(begun.elapsed() < LIMIT, "it is still served"),
        }
    }
}

/// The limit is in bytes: the number of packets does not show how much memory they take.
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
    let loads: Vec<Load> = (0..fit).map(|_| next(LIMIT).unwrap()).collect();
    assert!(next(Duration::from_millis(500)).is_none());
    drop(loads);
    assert!(next(LIMIT).is_some());
}

/// A peer's line: before its second message, many strangers connect at once.
struct Crowded {
    stream: TcpStream,
    has_spoken: bool,
    strangers: Vec<TcpStream>,
}

impl Read for Crowded {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        self.stream.read(bytes)
    }
}

impl Write for Crowded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if std::mem::replace(&mut self.has_spoken, true) {
            let address = self.stream.peer_addr()?;
            let all = (0..2 * MOST_STRANGERS).map(|_| TcpStream::connect(address));
            self.strangers = all.collect::<io::Result<_>>()?;
            // The first strangers are thrown out when the last ones are accepted.
            let mut first = &self.strangers[0];
            first.set_read_timeout(Some(LIMIT))?;
            let _end = first.read(&mut [0])?;
        }
        self.stream.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn one_whose_first_word_shows_that_it_has_the_key_stays_when_others_are_thrown_out() {
    let (address, _long, events) = with_places(0, LONG_LIMIT);
    let mut line = Crowded {
        stream: TcpStream::connect(address).unwrap(),
        has_spoken: false,
        strangers: Vec::new(),
    };
    let hello = Hello {
        version: VERSION,
        role: Role::Client,
        name: String::new(),
    };
    login::connect_on(&mut line, &Key::none(), &hello).unwrap();
    let joined = events.recv_timeout(LIMIT).unwrap();
    assert!(matches!(joined, Input::Joined(Peer(0), ..)));
}

#[test]
fn those_go_first_from_whose_network_most_have_come() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut strangers = BTreeMap::new();
    let all = [
        ("10.0.0.1", false),
        ("2001:db8::1", true),
        ("2001:db8::2", false),
        ("2001:db8::3", false),
        ("10.0.0.2", false),
        ("::ffff:10.0.0.2", true),
    ];
    for (number, (address, has_opened)) in (0..).zip(all) {
        let stranger = Stranger {
            stream: TcpStream::connect(listener.local_addr().unwrap()).unwrap(),
            network: network(address.parse().unwrap()),
            has_opened,
        };
        strangers.insert(number, stranger);
    }
    let mut order = Vec::new();
    while let Some(next) = first_to_go(&strangers) {
        let next = std::ptr::from_ref(next);
        let of = |(_, it): &(&u64, &Stranger)| std::ptr::eq(*it, next);
        let number = *strangers.iter().find(of).unwrap().0;
        order.push(number);
        strangers.remove(&number);
    }
    assert_eq!(order, [2, 3, 4, 0, 1, 5]);
}
