//! A TCP connection that carries messages instead of bytes.

use std::error::Error;
use std::io::Read;
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use std::{fmt, io};

use common::log::what;
use common::{EventId, Message, Trace, Until, frame, is_recording, life};

use crate::inbox::Inbox;
use crate::limits::{CONNECT_LIMIT, MESSAGE_LIMIT, PASSED_ON_LIMIT, SILENCE_LIMIT};
use crate::timed_lock::{TimedLock, TimedLockGuard};
use crate::wire::{Role, ToScheduler, VERSION};

/// The shortest limit of a read: std refuses 0, which the system would take for "no limit".
const SHORTEST_LIMIT: Duration = Duration::from_millis(1);

/// Why nothing was sent or received.
#[derive(Debug)]
#[non_exhaustive]
pub enum ConnectionError {
    /// No scheduler answers at the address.
    Connect {
        /// The address.
        address: SocketAddr,
        /// The system's error.
        source: io::Error,
    },
    /// The scheduler does not serve this peer (any longer), or will never accept its task; the text
    /// is its reason. The connection is closed.
    Refused(String),
    /// The message is too long ([`MESSAGE_LIMIT`]), or cannot be encoded. The connection is still good.
    Unsendable(String),
    /// No message was complete within this time, or other threads were sending all that time. The
    /// connection is still good, and the next call goes on where this one stopped.
    Timeout(Duration),
    /// The peer is gone.
    Disconnected,
    /// Too much is queued, and no room for the task came up in time. Try again later.
    Busy,
    /// The received bytes are not a message: cut off, too long, or of another type. The connection is closed.
    Malformed(String),
    /// The system cannot start a thread for receiving.
    NoThread(io::Error),
}

impl fmt::Display for ConnectionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connect { address, source } => write!(
                f,
                "cannot connect to the scheduler at {address}: {source}; is it running?"
            ),
            Self::Refused(why) => write!(f, "the scheduler refused: {why}"),
            Self::Unsendable(why) => write!(f, "cannot send the message: {why}"),
            Self::Timeout(limit) => write!(f, "nothing came through within {limit:?}"),
            Self::Disconnected => write!(f, "disconnected: the other side has ended"),
            Self::Busy => write!(f, "the scheduler takes no more tasks now; try again later"),
            Self::Malformed(why) => write!(f, "cannot read a message: {why}"),
            Self::NoThread(error) => {
                write!(f, "cannot start a thread: {error}; see ulimit -u")
            }
        }
    }
}

impl Error for ConnectionError {}

/// One end of a connection. Several threads may send at once; only one should receive.
///
/// Drop closes it; the peer's next `recv_timeout` then returns `Disconnected`.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    /// Held for a whole frame: the frames of two threads must not mix.
    sending: TimedLock,
    /// The part of the next messages that has arrived.
    inbox: Mutex<Inbox>,
    /// The longest message from this end.
    send_limit: usize,
    /// Its name at both ends in the timeline: the port of the connecting peer.
    trace: Trace,
    /// Whether drop records that it hangs up: for a client; and for a worker, once it receives
    /// here. An end that was only connected here, and moved into a child, is the child's. (The
    /// scheduler's end records it where it decides to hang up.)
    hangs_up: AtomicBool,
    is_connector: bool,
}

/// A message, with the event that sent it, whose receipt is not recorded yet.
pub struct Unnoted<M> {
    /// The message.
    pub message: M,
    sent: EventId,
}

impl Connection {
    /// Connects to a scheduler, as a worker. Blocks for [`CONNECT_LIMIT`] at most.
    ///
    /// # Errors
    /// [`ConnectionError::Connect`] if no scheduler listens there, or none answers in time.
    pub fn connect(address: SocketAddr) -> Result<Self, ConnectionError> {
        Self::connect_as(Role::Worker, address)
    }

    /// Connects to a scheduler, and sends this peer's role. Blocks for [`CONNECT_LIMIT`] at most.
    ///
    /// # Errors
    /// [`ConnectionError`].
    pub fn connect_as(role: Role, address: SocketAddr) -> Result<Self, ConnectionError> {
        let connection = TcpStream::connect_timeout(&address, CONNECT_LIMIT)
            .and_then(|stream| {
                let connector = stream.local_addr()?;
                Self::new(stream, connector, MESSAGE_LIMIT, PASSED_ON_LIMIT)
            })
            .map(|mut connection| {
                connection.is_connector = true;
                connection.hangs_up = AtomicBool::new(role == Role::Client);
                connection
            })
            .map_err(|source| ConnectionError::Connect { address, source })?;
        let hello = ToScheduler::Hello {
            version: VERSION,
            role,
        };
        match connection.send(&hello) {
            // The scheduler has refused already; the reason can be received.
            Err(ConnectionError::Disconnected) => {}
            sent => sent?,
        }
        Ok(connection)
    }

    /// The scheduler's end: a stream that its listener has accepted, from `connector`.
    ///
    /// # Errors
    /// When the system refuses to set the stream's options.
    pub fn accepted(stream: TcpStream, connector: SocketAddr) -> io::Result<Self> {
        Self::new(stream, connector, PASSED_ON_LIMIT, MESSAGE_LIMIT)
    }

    fn new(
        stream: TcpStream,
        connector: SocketAddr,
        send_limit: usize,
        recv_limit: usize,
    ) -> io::Result<Self> {
        // Messages are small and each is waited for: do not delay them to collect more.
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            sending: TimedLock::default(),
            inbox: Mutex::new(Inbox::new(recv_limit)),
            send_limit,
            trace: Trace::named(format!("tcp {}", connector.port())),
            is_connector: false,
            hangs_up: AtomicBool::new(false),
        })
    }

    /// Sends one message. Blocks while the peer's buffers are full, for [`SILENCE_LIMIT`] at most;
    /// a peer that has not taken the message by then counts as gone.
    ///
    /// # Errors
    /// [`ConnectionError::Unsendable`] or [`ConnectionError::Disconnected`]; or
    /// [`ConnectionError::Timeout`] if other threads were sending all that time.
    pub fn send<M: Message>(&self, message: &M) -> Result<(), ConnectionError> {
        self.send_within(message, SILENCE_LIMIT)
    }

    /// Sends a message; waits for its turn and for room, for `limit` at most in all.
    ///
    /// # Errors
    /// [`ConnectionError`]; `Timeout` if other threads were sending for half of that time, and
    /// `Disconnected` if the peer did not take the message in time.
    pub fn send_within<M: Message>(
        &self,
        message: &M,
        limit: Duration,
    ) -> Result<(), ConnectionError> {
        // Locked before the event is recorded, so that messages leave in the order of their events.
        let (_whole_frame, left) = self.lock_sending(limit)?;
        self.write(&self.seal(message)?, left)
    }

    /// Sends a message without an event: a picture of the run would be full of them.
    ///
    /// # Errors
    /// [`ConnectionError`].
    pub fn send_unnoted<M: Message>(&self, message: &M) -> Result<(), ConnectionError> {
        let (_whole_frame, left) = self.lock_sending(SILENCE_LIMIT)?;
        self.write(&self.pack(message)?, left)
    }

    /// Waits until no other thread sends, for half of `limit` at most: the other half is for the
    /// write. With less, a peer that reads would be taken for one that does not.
    fn lock_sending(
        &self,
        limit: Duration,
    ) -> Result<(TimedLockGuard<'_>, Duration), ConnectionError> {
        let asked = Instant::now();
        let guard = self.sending.lock_timeout(limit / 2);
        let guard = guard.ok_or(ConnectionError::Timeout(limit / 2))?;
        let left = limit.saturating_sub(asked.elapsed());
        match left < limit / 2 {
            true => Err(ConnectionError::Timeout(limit / 2)),
            false => Ok((guard, left)),
        }
    }

    /// Records that the calling lane sends the message, and returns its bytes for
    /// [`write`](Self::write).
    ///
    /// # Errors
    /// [`ConnectionError`].
    pub fn seal<M: Message>(&self, message: &M) -> Result<Vec<u8>, ConnectionError> {
        let mut bytes = self.pack(message)?;
        self.trace.sends(message, &mut bytes);
        Ok(bytes)
    }

    fn pack<M: Message>(&self, message: &M) -> Result<Vec<u8>, ConnectionError> {
        let mut bytes = Vec::new();
        Trace::pack(message, &mut bytes)
            .map_err(|error| ConnectionError::Unsendable(error.to_string()))?;
        let (len_bytes, limit) = (bytes.len(), self.send_limit);
        if len_bytes > limit {
            let why = format!("{len_bytes} bytes are above the limit of {limit}");
            return Err(ConnectionError::Unsendable(why));
        }
        Ok(bytes)
    }

    /// Writes one sealed message; waits for room for `limit` at most. Only one thread may call it at a
    /// time. A message for which there is room is always written, however short the limit.
    ///
    /// # Errors
    /// [`ConnectionError`].
    pub fn write(&self, sealed: &[u8], limit: Duration) -> Result<(), ConnectionError> {
        frame::write(Until::after(limit, &self.stream), sealed).map_err(|_gone| {
            // Part of a frame may have been sent, and nothing useful can follow it.
            self.close();
            ConnectionError::Disconnected
        })
    }

    /// Receives one message. Blocks until it is complete, for `limit` at most, whatever arrives
    /// meanwhile. A message for whose rest the calls have waited [`SILENCE_LIMIT`] in all ends the
    /// connection; the time between two calls does not count.
    ///
    /// # Errors
    /// [`ConnectionError::Timeout`], [`ConnectionError::Disconnected`], or
    /// [`ConnectionError::Malformed`], after which the connection is closed.
    pub fn recv_timeout<M: Message>(&self, limit: Duration) -> Result<M, ConnectionError> {
        let received = match is_recording() && !limit.is_zero() {
            true => self.recv_and_record(limit),
            false => self.recv_unnoted(limit),
        };
        Ok(self.note(received?))
    }

    /// Like [`recv_unnoted`](Self::recv_unnoted), and records the wait if it is longer than a quick check.
    /// (Lanes that receive for others do only that, and a picture of the run would be full of it.)
    fn recv_and_record<M: Message>(&self, limit: Duration) -> Result<Unnoted<M>, ConnectionError> {
        let asked = Instant::now();
        match self.recv_unnoted(Duration::ZERO) {
            Err(ConnectionError::Timeout(_)) => {}
            received => return received,
        }
        let what = format!("{}{}", what::MESSAGE_OVER, self.trace.name());
        let has_limit = asked.checked_add(limit).is_some();
        let wait = || self.recv_unnoted(limit.saturating_sub(asked.elapsed()));
        let received = life::record_wait(what, has_limit, wait, Result::is_ok);
        received.map_err(|error| match error {
            ConnectionError::Timeout(_) => ConnectionError::Timeout(limit),
            other => other,
        })
    }

    /// Records that the calling lane has received the message.
    pub fn note<M: Message>(&self, Unnoted { message, sent }: Unnoted<M>) -> M {
        // Heartbeats were sent without an event.
        if sent != EventId::NONE {
            self.trace.received(&message, sent);
        }
        message
    }

    /// Receives for another thread, which will record it by [`note`](Self::note).
    ///
    /// # Errors
    /// [`ConnectionError`].
    pub fn recv_unnoted<M: Message>(&self, limit: Duration) -> Result<Unnoted<M>, ConnectionError> {
        let received = self.recv_bytes(limit).and_then(|bytes| {
            Trace::unpack(&bytes).map_err(|error| ConnectionError::Malformed(error.to_string()))
        });
        if let Err(ConnectionError::Malformed(_)) = received {
            // It is not known where the next message begins.
            self.close();
        }
        let (message, sent) = received?;
        Ok(Unnoted { message, sent })
    }

    fn recv_bytes(&self, limit: Duration) -> Result<Vec<u8>, ConnectionError> {
        let asked = Instant::now();
        self.hangs_up.store(self.is_connector, Ordering::Relaxed);
        let mut inbox = self.inbox.lock().unwrap_or_else(PoisonError::into_inner);
        let mut has_read = false;
        loop {
            if let Some(bytes) = inbox.next().map_err(ConnectionError::Malformed)? {
                return Ok(bytes);
            }
            // Even if a byte has just arrived: a slow stream of bytes must not prolong the wait.
            let left = limit.saturating_sub(asked.elapsed());
            if has_read && left.is_zero() {
                return Err(ConnectionError::Timeout(limit));
            }
            let left = left.min(inbox.longest_wait());
            let read = self.read(&mut inbox, left);
            // By a stop (Ctrl-Z): what has arrived meanwhile is not read yet.
            has_read = !matches!(&read, Err(it) if it.kind() == io::ErrorKind::Interrupted);
            if let Err(error) = read {
                match error.kind() {
                    io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted => {}
                    io::ErrorKind::UnexpectedEof => {
                        return Err(ConnectionError::Malformed(error.to_string()));
                    }
                    _ => return Err(ConnectionError::Disconnected),
                }
            }
        }
    }

    /// Reads the bytes that are there; waits for some, for `limit` at most.
    fn read(&self, inbox: &mut Inbox, limit: Duration) -> io::Result<()> {
        let at_least = limit.max(SHORTEST_LIMIT);
        self.stream.set_read_timeout(Some(at_least))?;
        inbox.fill(|bytes| (&self.stream).read(bytes))
    }

    /// Ends sending. Messages that the peer still sends can be received.
    pub fn finish(&self) {
        // It fails if the connection is gone already.
        let _gone = self.stream.shutdown(Shutdown::Write);
    }

    /// Like [`close`](Self::close), and records it as an event of the calling lane.
    pub fn hang_up(&self) {
        self.trace.hangs_up();
        self.close();
    }

    /// Ends the connection for both sides. Messages that were sent before still arrive; a thread
    /// that is blocked in `recv_timeout` here wakes up.
    pub fn close(&self) {
        // It fails if the connection is gone already.
        let _gone = self.stream.shutdown(Shutdown::Both);
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if *self.hangs_up.get_mut() {
            self.trace.hangs_up();
        }
    }
}
