//! A TCP connection that carries messages instead of bytes.

use std::error::Error;
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use std::{fmt, io};

use common::{EventId, Kind, Message, decode, encode_into, frame, is_recording, record};

use crate::deadline::Until;
use crate::wire::{CONNECT_LIMIT, MESSAGE_LIMIT, PASSED_ON_LIMIT, SILENCE_LIMIT};

/// In front of each message while the run is recorded: the id of the event that sent it.
const EVENT_BYTES: usize = 16;

/// Why nothing was sent or received.
#[derive(Debug)]
#[non_exhaustive]
pub enum ConnectionError {
    /// No scheduler answers at the address.
    Connect {
        /// Where it was looked for.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// The message is too long ([`MESSAGE_LIMIT`]), or has no bytes. The connection is still good.
    Unsendable(String),
    /// Nothing came within this time. The connection is still good.
    Timeout(Duration),
    /// The peer is gone.
    Disconnected,
    /// What came is no message: cut off, too long, or of another type. The connection is closed.
    Malformed(String),
}

impl fmt::Display for ConnectionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connect { address, source } => write!(
                f,
                "cannot connect to the scheduler at {address}: {source}; is it running?"
            ),
            Self::Unsendable(why) => write!(f, "cannot send the message: {why}"),
            Self::Timeout(limit) => write!(f, "nothing was received within {limit:?}"),
            Self::Disconnected => write!(f, "disconnected: the other side has ended"),
            Self::Malformed(why) => write!(f, "cannot read a message: {why}"),
        }
    }
}

impl Error for ConnectionError {}

/// One end of a connection. Several threads may send at once; one should receive.
///
/// Drop closes it; the peer's next `recv_timeout` then says "disconnected".
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    /// Held for a whole frame: two threads' frames must not run into each other.
    sending: Mutex<()>,
    /// The longest message from this end, and to it.
    send_limit: usize,
    recv_limit: usize,
    /// What both ends call it in the timeline: by the port of the one that connected.
    name: String,
}

impl Connection {
    /// Connects to a scheduler. Blocks for [`CONNECT_LIMIT`] at most.
    ///
    /// # Errors
    /// [`ConnectionError::Connect`] when nobody listens there, or nobody answers in time.
    pub fn connect(address: SocketAddr) -> Result<Self, ConnectionError> {
        TcpStream::connect_timeout(&address, CONNECT_LIMIT)
            .and_then(|stream| {
                let connector = stream.local_addr()?;
                Self::new(stream, connector, MESSAGE_LIMIT, PASSED_ON_LIMIT)
            })
            .map_err(|source| ConnectionError::Connect { address, source })
    }

    /// The scheduler's end: a stream that its listener has accepted, from `connector`.
    ///
    /// # Errors
    /// When the system refuses to set its options.
    pub fn accepted(stream: TcpStream, connector: SocketAddr) -> io::Result<Self> {
        Self::new(stream, connector, PASSED_ON_LIMIT, MESSAGE_LIMIT)
    }

    fn new(
        stream: TcpStream,
        connector: SocketAddr,
        send_limit: usize,
        recv_limit: usize,
    ) -> io::Result<Self> {
        // Messages are small and somebody waits for each: do not collect them first.
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            sending: Mutex::new(()),
            send_limit,
            recv_limit,
            name: format!("tcp {}", connector.port()),
        })
    }

    /// Sends one message. Blocks while the peer's buffers are full, for [`SILENCE_LIMIT`] at
    /// most; a peer that has not taken it by then counts as gone.
    ///
    /// # Errors
    /// [`ConnectionError::Unsendable`] or [`ConnectionError::Disconnected`].
    pub fn send<M: Message>(&self, message: &M) -> Result<(), ConnectionError> {
        let unsendable = |error: &dyn fmt::Display| ConnectionError::Unsendable(error.to_string());
        let mut bytes = Vec::new();
        if is_recording() {
            bytes.resize(EVENT_BYTES, 0);
        }
        encode_into(message, &mut bytes).map_err(|error| unsendable(&error))?;
        let (len_bytes, limit) = (bytes.len(), self.send_limit);
        if len_bytes > limit {
            let why = format!("{len_bytes} bytes are above the limit of {limit}");
            return Err(unsendable(&why));
        }
        let _whole_frame = self.sending.lock().unwrap_or_else(PoisonError::into_inner);
        let what = format_args!("{message:?}");
        let event = record(Kind::Send, &self.name, what, EventId::NONE);
        if is_recording() {
            bytes[..EVENT_BYTES].copy_from_slice(&event.to_bytes());
        }
        frame::write(Until::after(SILENCE_LIMIT, &self.stream), &bytes).map_err(|_gone| {
            // Part of a frame may be out, and nothing sensible can follow it.
            self.close();
            ConnectionError::Disconnected
        })
    }

    /// Receives one message. Blocks until it begins, but not longer than `limit`, and then until
    /// it is whole, but not longer than [`SILENCE_LIMIT`].
    ///
    /// # Errors
    /// [`ConnectionError::Timeout`], [`ConnectionError::Disconnected`], or
    /// [`ConnectionError::Malformed`], after which the connection is closed.
    pub fn recv_timeout<M: Message>(&self, limit: Duration) -> Result<M, ConnectionError> {
        self.wait_for_a_byte(limit)?;
        let malformed = |error: &dyn fmt::Display| {
            // Where the next message begins, nobody knows.
            self.close();
            ConnectionError::Malformed(error.to_string())
        };
        let read = frame::read(Until::after(SILENCE_LIMIT, &self.stream), self.recv_limit);
        let bytes = match read.map_err(|error| malformed(&error))? {
            Some(bytes) => bytes,
            None => return Err(ConnectionError::Disconnected),
        };
        let (cause, body) = if is_recording() {
            let (cause, body) = bytes
                .split_first_chunk()
                .ok_or_else(|| malformed(&"it is too short to name its cause"))?;
            (EventId::from_bytes(*cause), body)
        } else {
            (EventId::NONE, bytes.as_slice())
        };
        let message: M = decode(body).map_err(|error| malformed(&error))?;
        record(Kind::Recv, &self.name, format_args!("{message:?}"), cause);
        Ok(message)
    }

    /// Looks at the next byte and leaves it there: a wait that is given up at this point has
    /// taken no part of a message, and the next one can begin afresh.
    fn wait_for_a_byte(&self, limit: Duration) -> Result<(), ConnectionError> {
        // std refuses 0, which the system would read as "for ever".
        let at_least = limit.max(Duration::from_millis(1));
        let peek = || {
            self.stream.set_read_timeout(Some(at_least))?;
            self.stream.peek(&mut [0])
        };
        loop {
            return match peek() {
                Ok(1..) => Ok(()),
                Err(error) => match error.kind() {
                    io::ErrorKind::WouldBlock => Err(ConnectionError::Timeout(limit)),
                    // We were stopped (Ctrl-Z) and go on.
                    io::ErrorKind::Interrupted => continue,
                    _ => Err(ConnectionError::Disconnected),
                },
                Ok(0) => Err(ConnectionError::Disconnected),
            };
        }
    }

    /// Ends the connection for both sides. What was sent before still arrives; whoever is
    /// blocked in `recv_timeout` here wakes up.
    pub fn close(&self) {
        // It fails when the connection is gone already.
        let _gone = self.stream.shutdown(Shutdown::Both);
    }
}
