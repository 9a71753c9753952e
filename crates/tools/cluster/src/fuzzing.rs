//! All code that reads the bytes of other machines, as functions for `tests/fuzz.rs`; no part of
//! the library. Whatever the bytes are, each returns, and holds no more memory than they take.

use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::thread;
use std::time::Duration;

use common::Message;
use scheduler::machine::{Event, Machine, Peer, Rules};
use scheduler::wire::Role;
use snow::StatelessTransportState;

use crate::key::Key;
use crate::login::{accept_on, connect_on, read_hello};
use crate::mail::Mail;
use crate::receiving::Receiving;
use crate::wire::{FromCluster, Hello, ToCluster, VERSION};

/// The longest content of a frame, before it is sealed.
pub const FRAME_BYTES: usize = 65_519;

/// Both ends of a line after the login, without a connection.
#[derive(Debug)]
pub struct Ends {
    peer: StatelessTransportState,
    scheduler: StatelessTransportState,
}

/// A stream that contains these bytes, and keeps the answer to them.
struct Stream<'a> {
    words: &'a [u8],
    answer: Vec<u8>,
}

impl Read for Stream<'_> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        self.words.read(bytes)
    }
}

impl Write for Stream<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.answer.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Ends {
    /// Logs one end in to the other.
    ///
    /// # Errors
    /// When the system has no socket for it.
    pub fn new() -> io::Result<Self> {
        let (mut here, mut there) = UnixStream::pair()?;
        let accepting = thread::spawn(move || accept_on(&mut there, &Key::none(), || ()));
        let failed = |error| io::Error::other(format!("{error}"));
        let peer = connect_on(&mut here, &Key::none(), &hello()).map_err(failed)?;
        let accepted = accepting.join().map_err(|_| io::Error::other("a panic"))?;
        let (scheduler, _) = accepted.map_err(failed)?;
        Ok(Self { peer, scheduler })
    }

    /// The first bytes that a peer sends.
    #[must_use]
    pub fn first_words() -> Vec<u8> {
        let (words, answer) = (&[][..], Vec::new());
        let mut line = Stream { words, answer };
        let _no_answer = connect_on(&mut line, &Key::none(), &hello());
        line.answer
    }

    /// A scheduler reads the first bytes of a stranger. Returns whether it lets the stranger in.
    #[must_use]
    pub fn stranger(&self, words: &[u8]) -> bool {
        let answer = Vec::new();
        accept_on(&mut Stream { words, answer }, &Key::none(), || ()).is_ok()
    }

    /// A scheduler reads the second message of a stranger. Returns whether it lets the stranger in.
    #[must_use]
    pub fn hello(&self, mut words: &[u8]) -> bool {
        read_hello(&mut words, &self.scheduler).is_ok()
    }

    /// A peer reads an answer that may not be a scheduler's. Returns whether the peer goes on.
    #[must_use]
    pub fn answer(&self, words: &[u8]) -> bool {
        let answer = Vec::new();
        connect_on(&mut Stream { words, answer }, &Key::none(), &hello()).is_ok()
    }

    /// A scheduler reads what a peer sends after its login. Returns the number of messages and of
    /// effects.
    ///
    /// # Errors
    /// Why the line would end.
    pub fn peer(&self, words: &[u8]) -> Result<(usize, usize), String> {
        let messages = received::<ToCluster>(Receiving::after(1), &self.scheduler, words)?;
        let mut machine = Machine::new(Rules {
            most_bytes: 1 << 20,
            counts_results: true,
            keep: Some(Duration::from_secs(5)),
            ..Rules::default()
        });
        let (mut now, mut effects, count) = (Duration::ZERO, 0, messages.len());
        for message in messages {
            if let ToCluster::Machine(message) = message {
                let event = Event::Received(Peer(now.as_secs() % 3), message);
                effects += machine.step(now, event).len();
            }
            now += Duration::from_secs(1);
        }
        Ok((count, effects))
    }

    /// A peer reads what a scheduler sends after the login. Returns the number of messages.
    ///
    /// # Errors
    /// Why the line would end.
    pub fn scheduler(&self, words: &[u8]) -> Result<usize, String> {
        let all = received::<FromCluster>(Receiving::after(0), &self.peer, words);
        all.map(|messages| messages.len())
    }

    /// Seals these bytes as a peer does after its login.
    #[must_use]
    pub fn sealed_by_peer(&self, plain: &[u8], frame_bytes: usize) -> Vec<u8> {
        sealed(&self.peer, 1, plain, frame_bytes)
    }

    /// Seals these bytes as a peer does at its login.
    #[must_use]
    pub fn sealed_hello(&self, plain: &[u8]) -> Vec<u8> {
        sealed(&self.peer, 0, plain, FRAME_BYTES)
    }

    /// Seals these bytes as a scheduler does after the login.
    #[must_use]
    pub fn sealed_by_scheduler(&self, plain: &[u8], frame_bytes: usize) -> Vec<u8> {
        sealed(&self.scheduler, 0, plain, frame_bytes)
    }
}

fn hello() -> Hello {
    let (version, role, name) = (VERSION, Role::Worker, "fuzzer:1".to_owned());
    Hello {
        version,
        role,
        name,
    }
}

fn received<M: Message>(
    mut receiving: Receiving,
    noise: &StatelessTransportState,
    mut words: &[u8],
) -> Result<Vec<M>, String> {
    let mut messages = Vec::new();
    while receiving
        .fill(&mut words, Duration::ZERO)
        .map_err(|it| it.to_string())?
    {
        while let Some(packet) = receiving.packet(noise)? {
            let mail = Mail::read(&packet).map_err(|it| it.to_string())?;
            messages.extend(mail.messages);
        }
    }
    Ok(messages)
}

fn sealed(
    noise: &StatelessTransportState,
    first: u64,
    plain: &[u8],
    frame_bytes: usize,
) -> Vec<u8> {
    let mut all = Vec::new();
    let mut frame = vec![0; frame_bytes + 16];
    for (nonce, part) in (first..).zip(plain.chunks(frame_bytes)) {
        let length = noise.write_message(nonce, part, &mut frame).unwrap_or(0);
        all.extend_from_slice(&u16::try_from(length).unwrap_or(u16::MAX).to_le_bytes());
        all.extend_from_slice(&frame[..length]);
    }
    all
}
