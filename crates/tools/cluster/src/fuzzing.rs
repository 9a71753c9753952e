//! All that the bytes of others go through, as functions over bytes: for `tests/fuzz.rs`, and not part
//! of the library. Whatever the bytes are, each returns, and holds no more memory than they take.

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

/// The longest frame of what is not sealed yet.
pub const FRAME_BYTES: usize = 65_519;

/// Both ends of a line after the login, without the line.
#[derive(Debug)]
pub struct Ends {
    peer: StatelessTransportState,
    scheduler: StatelessTransportState,
}

/// A line on which these words come, and the answer to them is noted.
struct Said<'a> {
    words: &'a [u8],
    answer: Vec<u8>,
}

impl Read for Said<'_> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        self.words.read(bytes)
    }
}

impl Write for Said<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.answer.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Ends {
    /// Logs one end in at the other.
    ///
    /// # Errors
    /// When the system has no socket for that.
    pub fn new() -> io::Result<Self> {
        let (mut here, mut there) = UnixStream::pair()?;
        let accepting = thread::spawn(move || accept_on(&mut there, &Key::none(), || ()));
        let failed = |error| io::Error::other(format!("{error}"));
        let peer = connect_on(&mut here, &Key::none(), &hello()).map_err(failed)?;
        let accepted = accepting.join().map_err(|_| io::Error::other("a panic"))?;
        let (scheduler, _) = accepted.map_err(failed)?;
        Ok(Self { peer, scheduler })
    }

    /// What a peer says first.
    #[must_use]
    pub fn first_words() -> Vec<u8> {
        let (words, answer) = (&[][..], Vec::new());
        let mut line = Said { words, answer };
        let _no_answer = connect_on(&mut line, &Key::none(), &hello());
        line.answer
    }

    /// What a scheduler does with the words of a stranger: whether it lets it in.
    #[must_use]
    pub fn stranger(&self, words: &[u8]) -> bool {
        let answer = Vec::new();
        accept_on(&mut Said { words, answer }, &Key::none(), || ()).is_ok()
    }

    /// What a scheduler does with the second words of a stranger: whether it lets it in.
    #[must_use]
    pub fn hello(&self, mut words: &[u8]) -> bool {
        read_hello(&mut words, &self.scheduler).is_ok()
    }

    /// What a peer does with the answer of what may be no scheduler: whether it goes on.
    #[must_use]
    pub fn answer(&self, words: &[u8]) -> bool {
        let answer = Vec::new();
        connect_on(&mut Said { words, answer }, &Key::none(), &hello()).is_ok()
    }

    /// What a scheduler does with what a peer says after its login. Returns the number of messages
    /// and of effects, or what is wrong with the words.
    ///
    /// # Errors
    /// What ends the line.
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

    /// What a peer does with what a scheduler says after the login. Returns the number of messages.
    ///
    /// # Errors
    /// What ends the line.
    pub fn scheduler(&self, words: &[u8]) -> Result<usize, String> {
        let all = received::<FromCluster>(Receiving::after(0), &self.peer, words);
        all.map(|messages| messages.len())
    }

    /// These bytes as a peer would seal them after its login.
    #[must_use]
    pub fn sealed_by_peer(&self, plain: &[u8], frame_bytes: usize) -> Vec<u8> {
        sealed(&self.peer, 1, plain, frame_bytes)
    }

    /// These bytes as a peer would seal them at its login.
    #[must_use]
    pub fn sealed_hello(&self, plain: &[u8]) -> Vec<u8> {
        sealed(&self.peer, 0, plain, FRAME_BYTES)
    }

    /// These bytes as a scheduler would seal them after the login.
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
    while receiving.fill(&mut words).map_err(|it| it.to_string())? {
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
