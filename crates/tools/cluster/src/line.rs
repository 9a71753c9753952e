//! A line after the login: packets of messages, sealed, in both directions.
//!
//! A packet is its length in four bytes and the messages in it. It is cut into frames of at most
//! 64 KiB, each sealed and with its length in two bytes in front. Nothing is put aside for a length
//! that a peer claims: memory grows with what has come.

use std::fmt;
use std::io::{self, Write};
use std::net::{Shutdown, TcpStream};
use std::os::fd::AsFd;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use borsh::BorshDeserialize;
use common::{EventId, Message, Trace, Until, encode_into, is_recording};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use scheduler::limits::SILENCE_LIMIT;
use snow::StatelessTransportState;

use crate::receiving::{CHUNK, LENGTH_BYTES, Receiving, ZEROES};
use crate::wire::{PACKET_BYTES, PACKET_LIMIT};

/// The longest frame of Noise, and what its seal takes of it.
const FRAME_BYTES: usize = 65_535;
const SEAL_BYTES: usize = 16;

/// What has room in a free third of the smallest buffer of a socket.
const SHORT_BYTES: usize = 1 << 10;

/// Why nothing was sent or received.
#[derive(Debug)]
pub(crate) enum LineError {
    /// No packet was whole within the limit. The line is still good.
    Timeout,
    /// The peer is gone, or has been silent for too long.
    Disconnected,
    /// What came cannot be read: damaged, too long, or of another version.
    Malformed(String),
    /// The message is above the limit. The line is still good.
    TooLong(usize),
}

impl fmt::Display for LineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Timeout => write!(f, "nothing was received in time"),
            Self::Disconnected => write!(f, "the other side has gone"),
            Self::Malformed(why) => write!(f, "cannot read a message: {why}"),
            Self::TooLong(bytes) => {
                write!(f, "{bytes} bytes are above the limit of {PACKET_LIMIT}")
            }
        }
    }
}

/// Messages, with the events that sent them while both ends are recorded.
pub(crate) struct Mail<M> {
    pub(crate) messages: Vec<M>,
    causes: Vec<[u8; 8]>,
}

impl<M: Message> Mail<M> {
    /// One message behind the other, each after the event that sent it if the first byte says so.
    pub(crate) fn read(packet: &[u8]) -> io::Result<Self> {
        let (mut messages, mut causes) = (Vec::new(), Vec::new());
        let mut rest = packet;
        let has_causes = bool::deserialize(&mut rest)?;
        while !rest.is_empty() {
            if has_causes {
                causes.push(BorshDeserialize::deserialize(&mut rest)?);
            }
            messages.push(M::deserialize(&mut rest)?);
        }
        Ok(Self { messages, causes })
    }
}

#[derive(Default)]
struct Sending {
    nonce: u64,
    packet: Vec<u8>,
    sealed: Vec<u8>,
}

impl Sending {
    fn begin(&mut self, has_causes: bool) {
        self.packet.clear();
        self.packet.extend_from_slice(&[0; LENGTH_BYTES]);
        self.packet.push(has_causes.into());
    }

    fn add<M: Message>(&mut self, message: &M) -> Result<(), LineError> {
        // A message without bytes has a length that does not fit.
        encode_into(message, &mut self.packet).map_err(|_| LineError::TooLong(usize::MAX))
    }
}

/// One end. Several threads may send; one should receive. Drop closes it.
pub(crate) struct Line {
    stream: TcpStream,
    noise: StatelessTransportState,
    sending: Mutex<Sending>,
    receiving: Mutex<Receiving>,
    trace: Trace,
}

impl Line {
    /// A line that has logged in, with the nonces that the login has used.
    pub(crate) fn new(
        stream: TcpStream,
        noise: StatelessTransportState,
        name: String,
    ) -> io::Result<Self> {
        // Packets are waited for: do not collect them first.
        stream.set_nodelay(true)?;
        let (sent, received) = if noise.is_initiator() { (1, 0) } else { (0, 1) };
        Ok(Self {
            stream,
            noise,
            sending: Mutex::new(Sending {
                nonce: sent,
                ..Sending::default()
            }),
            receiving: Mutex::new(Receiving::after(received)),
            trace: Trace::named(name),
        })
    }

    /// Sends messages, in as few packets as hold them. Blocks while the peer's buffers are full; a
    /// peer that takes nothing for [`SILENCE_LIMIT`] counts as gone.
    pub(crate) fn send<M: Message>(&self, messages: &[M]) -> Result<(), LineError> {
        // Under the lock, so that messages leave in the order of their events.
        let mut sending = lock(&self.sending);
        let causes = self.tell_sent(messages);
        self.send_all(&mut sending, messages, &causes)
    }

    /// Tells, on the calling lane, that these messages are sent, for another thread that will
    /// [`post`](Self::post) them.
    pub(crate) fn mail<M: Message>(&self, messages: Vec<M>) -> Mail<M> {
        let causes = self.tell_sent(&messages);
        Mail { messages, causes }
    }

    /// Sends what was put together before.
    pub(crate) fn post<M: Message>(&self, mail: &Mail<M>) -> Result<(), LineError> {
        self.send_all(&mut lock(&self.sending), &mail.messages, &mail.causes)
    }

    /// Sends what was put together before, if that takes no wait: it is short, and the peer takes what it
    /// is sent. Returns false if nothing was sent.
    pub(crate) fn post_at_once<M: Message>(&self, mail: &Mail<M>) -> Result<bool, LineError> {
        // Counts, and copies nothing.
        let bytes = |message| borsh::object_length(message).unwrap_or(usize::MAX);
        let all = mail.messages.iter().map(bytes);
        let is_short = all.fold(0, usize::saturating_add) <= SHORT_BYTES;
        if !is_short || !self.has_room() {
            return Ok(false);
        }
        self.post(mail).map(|()| true)
    }

    /// Whether a third of the buffer of this end is free.
    fn has_room(&self) -> bool {
        let mut ready = [PollFd::new(self.stream.as_fd(), PollFlags::POLLOUT)];
        poll(&mut ready, PollTimeout::ZERO).is_ok_and(|count| count == 1)
    }

    fn tell_sent<M: Message>(&self, messages: &[M]) -> Vec<[u8; 8]> {
        if !is_recording() {
            return Vec::new();
        }
        let sent = messages.iter().map(|it| self.trace.sends(it, &mut []));
        sent.map(EventId::to_bytes).collect()
    }

    fn send_all<M: Message>(
        &self,
        sending: &mut Sending,
        messages: &[M],
        causes: &[[u8; 8]],
    ) -> Result<(), LineError> {
        let (mut rest, mut causes) = (messages.iter().peekable(), causes.iter());
        while rest.peek().is_some() {
            sending.begin(causes.len() > 0);
            while sending.packet.len() <= PACKET_BYTES
                && let Some(message) = rest.next()
            {
                sending.packet.extend(causes.next().into_iter().flatten());
                sending.add(message)?;
            }
            self.send_packet(sending)?;
        }
        Ok(())
    }

    /// Sends a message that is no event of the run.
    pub(crate) fn send_unnoted<M: Message>(&self, message: &M) -> Result<(), LineError> {
        let mut sending = lock(&self.sending);
        sending.begin(false);
        sending.add(message)?;
        self.send_packet(&mut sending)
    }

    fn send_packet(&self, sending: &mut Sending) -> Result<(), LineError> {
        let Sending {
            nonce,
            packet,
            sealed,
        } = sending;
        let length = packet.len() - LENGTH_BYTES;
        if length > PACKET_LIMIT {
            return Err(LineError::TooLong(length));
        }
        let length = u32::try_from(length).unwrap_or(u32::MAX);
        packet[..LENGTH_BYTES].copy_from_slice(&length.to_le_bytes());
        sealed.clear();
        for part in packet.chunks(FRAME_BYTES - SEAL_BYTES) {
            self.seal(*nonce, part, sealed)?;
            *nonce += 1;
            if sealed.len() >= 3 * CHUNK {
                self.write(sealed)?;
                sealed.clear();
            }
        }
        self.write(sealed)?;
        // What was long once need not stay so.
        packet.shrink_to(4 * CHUNK);
        sealed.shrink_to(4 * CHUNK);
        Ok(())
    }

    fn seal(&self, nonce: u64, part: &[u8], sealed: &mut Vec<u8>) -> Result<(), LineError> {
        let length = part.len() + SEAL_BYTES;
        let start = sealed.len();
        sealed.extend_from_slice(&u16::try_from(length).unwrap_or(u16::MAX).to_le_bytes());
        sealed.extend_from_slice(&ZEROES[..length]);
        let written = self
            .noise
            .write_message(nonce, part, &mut sealed[start + 2..]);
        written.map_or(Err(LineError::Disconnected), |_| Ok(()))
    }

    fn write(&self, bytes: &[u8]) -> Result<(), LineError> {
        Until::after(SILENCE_LIMIT, &self.stream)
            .write_all(bytes)
            .map_err(|_gone| {
                // Part of a frame may be out, and nothing sensible can follow it.
                self.close();
                LineError::Disconnected
            })
    }

    /// Receives a packet. Blocks until it is whole, but not longer than `limit`.
    pub(crate) fn recv<M: Message>(&self, limit: Duration) -> Result<Mail<M>, LineError> {
        let packet = self.recv_packet(limit)?;
        Mail::read(&packet).map_err(|error| self.malformed(&error.to_string()))
    }

    /// The messages, of which the calling lane tells that it has received them.
    pub(crate) fn note<M: Message>(&self, received: Mail<M>) -> Vec<M> {
        if is_recording() {
            for (message, &cause) in received.messages.iter().zip(&received.causes) {
                self.trace.received(message, EventId::from_bytes(cause));
            }
        }
        received.messages
    }

    /// For how long nothing has come. Only the thread that receives should ask.
    pub(crate) fn silence(&self) -> Duration {
        lock(&self.receiving).silence()
    }

    fn recv_packet(&self, limit: Duration) -> Result<Vec<u8>, LineError> {
        let asked = Instant::now();
        let mut receiving = lock(&self.receiving);
        let mut has_read = false;
        loop {
            let packet = receiving.packet(&self.noise);
            if let Some(packet) = packet.map_err(|why| self.malformed(why))? {
                return Ok(packet);
            }
            let left = limit.saturating_sub(asked.elapsed());
            if has_read && left.is_zero() {
                return Err(LineError::Timeout);
            }
            has_read = true;
            // std refuses 0, which the system would read as "without limit".
            let at_least = left.max(Duration::from_millis(1));
            let set = self.stream.set_read_timeout(Some(at_least));
            match set.and_then(|()| receiving.fill(&self.stream)) {
                Ok(true) => {}
                Ok(false) => return Err(LineError::Disconnected),
                // The limit, or we were stopped by Ctrl-Z and go on.
                Err(error)
                    if matches!(
                        error.kind(),
                        io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted
                    ) => {}
                Err(_) => return Err(LineError::Disconnected),
            }
        }
    }

    fn malformed(&self, why: &str) -> LineError {
        // Where the next message begins cannot be known.
        self.close();
        LineError::Malformed(why.to_owned())
    }

    /// Says that nothing more will be sent. What the peer still sends can be received.
    pub(crate) fn finish(&self) {
        let _gone_already = self.stream.shutdown(Shutdown::Write);
    }

    /// Ends the line for both sides; a thread that is blocked here wakes up.
    pub(crate) fn close(&self) {
        let _gone_already = self.stream.shutdown(Shutdown::Both);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::thread;

    use lesson_test::Seeded;
    use scheduler::wire::{Role, ToScheduler};

    use super::*;
    use crate::key::Key;
    use crate::login;
    use crate::wire::{BODY_LIMIT, FromCluster, Hello, ToCluster, VERSION};

    const LIMIT: Duration = Duration::from_secs(10);

    /// Both ends of a line: that of a peer, and that of the scheduler.
    fn pair() -> (Line, Line) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let accepting = thread::spawn(move || {
            let (stream, _) = listener.accept().unwrap();
            let (noise, _) = login::accept(&stream, &Key::none()).unwrap();
            Line::new(stream, noise, String::new()).unwrap()
        });
        let stream = TcpStream::connect(address).unwrap();
        let hello = Hello {
            version: VERSION,
            role: Role::Client,
            name: "x".repeat(crate::wire::NAME_BYTES),
        };
        let noise = login::connect(&stream, &Key::none(), &hello).unwrap();
        let ours = Line::new(stream, noise, String::new()).unwrap();
        (ours, accepting.join().unwrap())
    }

    fn message(length: usize) -> ToCluster {
        let message = ToScheduler::Done {
            id: scheduler::TaskId(7),
            attempt: 1,
            body: vec![7; length],
        };
        ToCluster::Machine(message)
    }

    #[test]
    fn messages_of_all_lengths_arrive_in_order() {
        let (ours, theirs) = pair();
        let lengths = [0, 1, 65_000, 65_519, 65_536, 300_000, BODY_LIMIT, 3];
        thread::scope(|scope| {
            scope.spawn(|| ours.send(&lengths.map(message)).unwrap());
            let mut arrived = Vec::new();
            while arrived.len() < lengths.len() {
                let received = theirs.recv::<ToCluster>(LIMIT).unwrap();
                arrived.extend(theirs.note(received));
            }
            for (it, length) in arrived.iter().zip(lengths) {
                let ToCluster::Machine(ToScheduler::Done { body, .. }) = it else {
                    panic!("{it:?}");
                };
                assert_eq!(body.len(), length);
            }
        });
    }

    #[test]
    fn a_message_that_is_too_long_leaves_the_line_good() {
        let (ours, theirs) = pair();
        let error = ours.send(&[message(PACKET_LIMIT)]).unwrap_err();
        assert!(matches!(error, LineError::TooLong(_)), "{error}");
        ours.send(&[message(1)]).unwrap();
        theirs.recv::<ToCluster>(LIMIT).unwrap();
    }

    /// What a peer that has logged in may write past its end of the line.
    fn told_after(words: &[u8]) -> LineError {
        let (ours, theirs) = pair();
        (&ours.stream).write_all(words).unwrap();
        ours.finish();
        theirs.recv::<ToCluster>(LIMIT).map(drop).unwrap_err()
    }

    #[test]
    fn what_is_not_sealed_by_the_other_end_is_refused() {
        for words in [&[16, 0][..], &[0, 0], &[0xff; 10], &[48, 0, 1]] {
            let words = [words, &[7; 70_000]].concat();
            let error = told_after(&words);
            assert!(matches!(error, LineError::Malformed(_)), "{error}");
        }
        assert!(matches!(told_after(&[]), LineError::Disconnected));
        assert!(matches!(
            told_after(&[200, 0, 1, 2]),
            LineError::Disconnected
        ));
    }

    #[test]
    fn a_frame_that_is_said_twice_or_left_out_is_refused() {
        let (ours, theirs) = pair();
        let mut frame = Vec::new();
        ours.seal(1, &[1, 0, 0, 0, 0], &mut frame).unwrap();
        ours.write(&[frame.clone(), frame].concat()).unwrap();
        assert!(theirs.recv::<ToCluster>(LIMIT).unwrap().messages.is_empty());
        let error = theirs.recv::<ToCluster>(LIMIT).map(drop).unwrap_err();
        assert!(matches!(error, LineError::Malformed(_)), "{error}");
        let (ours, theirs) = pair();
        let mut frame = Vec::new();
        ours.seal(2, &[1, 0, 0, 0, 0], &mut frame).unwrap();
        ours.write(&frame).unwrap();
        let error = theirs.recv::<ToCluster>(LIMIT).map(drop).unwrap_err();
        assert!(matches!(error, LineError::Malformed(_)), "{error}");
    }

    #[test]
    fn a_packet_that_claims_too_much_is_refused_before_it_comes() {
        let (ours, theirs) = pair();
        let mut frame = Vec::new();
        ours.seal(1, &[0xff; 4], &mut frame).unwrap();
        ours.write(&frame).unwrap();
        let error = theirs.recv::<ToCluster>(LIMIT).map(drop).unwrap_err();
        assert!(error.to_string().contains("above the limit"), "{error}");
    }

    /// Whatever a peer with the key says is a message or an error. A hundred thousand packets: valid
    /// ones of which some bytes were changed, and nonsense.
    #[test]
    fn any_bytes_in_a_packet_are_messages_or_an_error() {
        let valid: Vec<Vec<u8>> = [
            ToCluster::Overview,
            message(20),
            ToCluster::Machine(ToScheduler::Heartbeat {
                held: vec![scheduler::TaskId(1); 3],
            }),
        ]
        .iter()
        .map(|message| {
            let mut sending = Sending::default();
            sending.begin(false);
            sending.add(message).unwrap();
            sending.packet.split_off(LENGTH_BYTES)
        })
        .collect();
        let mut seeded = Seeded::new(7);
        let mut below = |most: usize| {
            let number = seeded.below(most as u64);
            usize::try_from(number).unwrap()
        };
        let (mut messages, mut errors) = (0, 0);
        for _ in 0..100_000 {
            let mut packet = valid[below(valid.len())].clone();
            for _ in 0..below(4) {
                let place = below(packet.len());
                packet[place] = below(256).to_le_bytes()[0];
            }
            packet.truncate(packet.len() - below(2) * below(packet.len()));
            match Mail::<ToCluster>::read(&packet) {
                Ok(received) => messages += received.messages.len(),
                Err(_) => errors += 1,
            }
            let _either = Mail::<FromCluster>::read(&packet);
        }
        assert!(messages > 10_000 && errors > 10_000, "{messages}, {errors}");
    }
}
