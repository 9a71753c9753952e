//! A line after the login: sealed packets of messages, in both directions.
//!
//! A packet ([`Mail`]) is its length in four bytes and its messages. It is cut into frames of at
//! most 64 KiB, each sealed and preceded by its length in two bytes ([`Sending`]). No memory is
//! reserved for a length that a peer claims: it grows with the bytes that arrive ([`Receiving`]).

use std::io::{self, Write};
use std::net::{Shutdown, TcpStream};
use std::os::fd::AsFd;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use common::{EventId, Message, Trace, Until, is_recording};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::socket::setsockopt;
use nix::sys::socket::sockopt::TcpUserTimeout;
use scheduler::limits::SILENCE_LIMIT;
use snow::StatelessTransportState;

use crate::line_error::LineError;
use crate::mail::Mail;
use crate::receiving::Receiving;
use crate::room::LONG_LIMIT;
use crate::sending::Sending;
use crate::wire::PACKET_BYTES;

/// Fits into the free third of even the smallest socket buffer.
const SHORT_BYTES: usize = 1 << 10;
/// `SHORT_BYTES` hardly ever hold more messages.
const SHORT_MESSAGES: usize = 64;

/// How long the peer's system may leave sent data unacknowledged, in milliseconds. Without this
/// limit, TCP retries for a quarter of an hour.
const UNACKED_MILLIS: u32 = 10_000;

/// One end of a line. Several threads may send; one should receive. Drop closes it.
pub(crate) struct Line {
    stream: TcpStream,
    noise: StatelessTransportState,
    sending: Mutex<Sending>,
    receiving: Mutex<Receiving>,
    /// When this end has sent its last word.
    finished: OnceLock<Instant>,
    trace: Trace,
}

impl Line {
    /// A line on a stream after its login. It goes on with the nonces that follow those of the login.
    pub(crate) fn new(
        stream: TcpStream,
        noise: StatelessTransportState,
        name: String,
    ) -> io::Result<Self> {
        // Peers wait for each packet: send it at once, without collecting several.
        stream.set_nodelay(true)?;
        // A lost machine or a cut cable shows only in unanswered data. Each side sends every second.
        setsockopt(&stream, TcpUserTimeout, &UNACKED_MILLIS)?;
        let (sent, received) = if noise.is_initiator() { (1, 0) } else { (0, 1) };
        Ok(Self {
            stream,
            noise,
            sending: Mutex::new(Sending::after(sent)),
            receiving: Mutex::new(Receiving::after(received)),
            finished: OnceLock::new(),
            trace: Trace::named(name),
        })
    }

    /// Sends messages in as few packets as possible. Blocks while the peer's buffers are full; a
    /// peer that takes nothing for [`SILENCE_LIMIT`] counts as gone.
    pub(crate) fn send<M: Message>(&self, messages: &[M]) -> Result<(), LineError> {
        // Recorded under the lock, so that messages leave in the order of their events.
        let mut sending = lock(&self.sending);
        let causes = self.record_sent(messages);
        self.send_all(&mut sending, messages, &causes)
    }

    /// Records, on the calling lane, that these messages are sent. Another thread will
    /// [`post`](Self::post) them.
    pub(crate) fn mail<M: Message>(&self, messages: Vec<M>) -> Mail<M> {
        let causes = self.record_sent(&messages);
        Mail::new(messages, causes)
    }

    /// Sends a mail that [`mail`](Self::mail) has made.
    pub(crate) fn post<M: Message>(&self, mail: &Mail<M>) -> Result<(), LineError> {
        self.send_all(&mut lock(&self.sending), &mail.messages, &mail.causes)
    }

    /// Sends a mail if that needs no waiting: it is short, and a third of the send buffer is free.
    /// Returns false if nothing was sent.
    pub(crate) fn post_at_once<M: Message>(&self, mail: &Mail<M>) -> Result<bool, LineError> {
        // A mail with many messages is not short, and to measure it would take a while.
        if mail.messages.len() > SHORT_MESSAGES {
            return Ok(false);
        }
        // Computes the length without copying.
        let bytes = |message| borsh::object_length(message).unwrap_or(usize::MAX);
        let all = mail.messages.iter().map(bytes);
        let is_short = all.fold(0, usize::saturating_add) <= SHORT_BYTES;
        if !is_short || !self.has_room() {
            return Ok(false);
        }
        self.post(mail).map(|()| true)
    }

    /// Whether a third of this end's send buffer is free.
    fn has_room(&self) -> bool {
        let mut ready = [PollFd::new(self.stream.as_fd(), PollFlags::POLLOUT)];
        poll(&mut ready, PollTimeout::ZERO).is_ok_and(|count| count == 1)
    }

    fn record_sent<M: Message>(&self, messages: &[M]) -> Vec<[u8; 8]> {
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
            while sending.length() <= PACKET_BYTES
                && let Some(message) = rest.next()
            {
                sending.add(causes.next(), message)?;
            }
            self.send_packet(sending)?;
        }
        Ok(())
    }

    fn send_packet(&self, sending: &mut Sending) -> Result<(), LineError> {
        let begun = Instant::now();
        sending.seal(&self.noise, |sealed| self.write(sealed, begun))
    }

    /// Sends a message without recording an event.
    pub(crate) fn send_unnoted<M: Message>(&self, message: &M) -> Result<(), LineError> {
        let mut sending = lock(&self.sending);
        sending.begin(false);
        sending.add(None, message)?;
        self.send_packet(&mut sending)
    }

    /// Writes a part of the packet that was begun then. On a slow line it takes a while: the peer counts
    /// as gone when it takes nothing for [`SILENCE_LIMIT`], or has not taken a whole packet in time.
    fn write(&self, mut part: &[u8], begun: Instant) -> Result<(), LineError> {
        while !part.is_empty() {
            match Until::after(SILENCE_LIMIT, &self.stream).write(part) {
                Ok(taken @ 1..) if begun.elapsed() <= LONG_LIMIT => part = &part[taken..],
                _ => {
                    // Part of a frame may have left, so nothing valid can follow it.
                    self.close();
                    return Err(LineError::Disconnected);
                }
            }
        }
        Ok(())
    }

    /// Receives a packet. Blocks until it is complete, but not longer than `limit`.
    pub(crate) fn recv<M: Message>(&self, limit: Duration) -> Result<Mail<M>, LineError> {
        self.recv_if(limit, |_| true)
    }

    /// Receives a packet, but reads no more of it while `is_admitted` returns false for its length:
    /// then this returns `Timeout`.
    pub(crate) fn recv_if<M: Message>(
        &self,
        limit: Duration,
        is_admitted: impl FnMut(usize) -> bool,
    ) -> Result<Mail<M>, LineError> {
        let packet = self.recv_packet(limit, is_admitted)?;
        Mail::read(&packet).map_err(|error| self.malformed(&error.to_string()))
    }

    /// Returns the messages, and records on the calling lane that they were received.
    pub(crate) fn note<M: Message>(&self, received: Mail<M>) -> Vec<M> {
        if is_recording() {
            for (message, &cause) in received.messages.iter().zip(&received.causes) {
                self.trace.received(message, EventId::from_bytes(cause));
            }
        }
        received.messages
    }

    /// How long nothing has arrived. Only the thread that receives should ask.
    pub(crate) fn silence(&self) -> Duration {
        lock(&self.receiving).silence()
    }

    /// Whether a packet is arriving. Only the thread that receives should ask.
    pub(crate) fn is_receiving(&self) -> bool {
        let receiving = lock(&self.receiving);
        receiving.has_part() && receiving.silence() < SILENCE_LIMIT
    }

    fn recv_packet(
        &self,
        limit: Duration,
        mut is_admitted: impl FnMut(usize) -> bool,
    ) -> Result<Vec<u8>, LineError> {
        let asked = Instant::now();
        let mut receiving = lock(&self.receiving);
        let mut has_read = false;
        loop {
            let packet = receiving.packet(&self.noise);
            if let Some(packet) = packet.map_err(|why| self.malformed(why))? {
                return Ok(packet);
            }
            if !receiving.claimed().is_none_or(&mut is_admitted) {
                // No read could find that the peer is gone: unread bytes come before the end.
                if has_hung_up(&self.stream) {
                    return Err(LineError::Disconnected);
                }
                receiving.forgive();
                return Err(LineError::Timeout);
            }
            let left = limit.saturating_sub(asked.elapsed());
            if has_read && left.is_zero() {
                return Err(LineError::Timeout);
            }
            // std refuses 0, which the system would read as "without limit".
            let at_least = left.max(Duration::from_millis(1));
            let set = self.stream.set_read_timeout(Some(at_least));
            match set.and_then(|()| receiving.fill(&self.stream, at_least)) {
                Ok(true) => has_read = true,
                Ok(false) => return Err(LineError::Disconnected),
                // The limit has passed.
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => has_read = true,
                // By a stop (Ctrl-Z): what has arrived meanwhile is not read yet.
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => return Err(LineError::Disconnected),
            }
        }
    }

    fn malformed(&self, why: &str) -> LineError {
        // The start of the next message cannot be found any more.
        self.close();
        LineError::Malformed(why.to_owned())
    }

    /// Announces that nothing more will be sent. What the peer still sends can be received.
    pub(crate) fn finish(&self) {
        self.finished.get_or_init(Instant::now);
        let _gone_already = self.stream.shutdown(Shutdown::Write);
    }

    /// Whether the peer has had the time to hang up after [`finish`](Self::finish).
    pub(crate) fn is_over(&self) -> bool {
        let finished = self.finished.get();
        finished.is_some_and(|since| since.elapsed() >= SILENCE_LIMIT)
    }

    /// Ends the line for both sides, and wakes a thread that is blocked here.
    pub(crate) fn close(&self) {
        let _gone_already = self.stream.shutdown(Shutdown::Both);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether the other side sends nothing more, even if bytes are left to be read.
///
/// Source: poll(2), `POLLRDHUP`.
fn has_hung_up(stream: &TcpStream) -> bool {
    let end = PollFlags::from_bits_retain(nix::libc::POLLRDHUP);
    let mut ends = [PollFd::new(stream.as_fd(), end)];
    matches!(poll(&mut ends, PollTimeout::ZERO), Ok(1..))
}

#[cfg(test)]
pub(crate) mod tests;
