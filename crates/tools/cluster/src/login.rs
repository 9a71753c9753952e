//! Both ends prove that they have the key, before either trusts the other with anything.
//!
//! Noise `NNpsk0`: each end sends a new public key, mixed with the shared key. After two messages
//! both have the same new secrets, if both had the key. The peer's first sealed message, its
//! [`Hello`], proves that it takes part now: a replayed login fails at this point.
//!
//! Before that, a peer can make the scheduler read at most 128 bytes, within 5 s in all, into a
//! buffer of that size. With the first message of a recorded login it can also make the scheduler
//! create a key and mix it, which takes a fraction of a millisecond each time.

use std::fmt;
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use common::{Until, decode, encode};

use snow::{Builder, HandshakeState, StatelessTransportState};

use crate::key::Key;
use crate::wire::Hello;

const PATTERN: &str = "Noise_NNpsk0_25519_ChaChaPoly_BLAKE2s";
/// The Noise prologue: both ends have to use the same.
const PROLOGUE: &[u8] = b"cluster of the course, 1";

/// How many bytes a peer may send before it has proved the key, and how long it may take.
pub(crate) const LOGIN_BYTES: usize = 128;
pub(crate) const LOGIN_LIMIT: Duration = Duration::from_secs(5);

/// The length of each of the two handshake messages: a public key, and the seal of an empty text.
const HANDSHAKE_BYTES: usize = 48;

/// Why a login failed, at either end.
#[derive(Debug)]
pub(crate) enum LoginError {
    /// The other end does not have this key, or does not belong to a cluster.
    WrongKey,
    /// The connection ended, or the login took too long.
    Cut(io::Error),
}

impl fmt::Display for LoginError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WrongKey => write!(f, "the other end does not have this key"),
            Self::Cut(error) => write!(f, "the line was cut at the login: {error}"),
        }
    }
}

impl From<io::Error> for LoginError {
    fn from(error: io::Error) -> Self {
        Self::Cut(error)
    }
}

/// Every failure of the cipher means that the other end has another key.
impl From<snow::Error> for LoginError {
    fn from(_: snow::Error) -> Self {
        Self::WrongKey
    }
}

fn builder(key: &Key) -> Result<Builder<'_>, snow::Error> {
    let pattern = PATTERN.parse()?;
    Builder::new(pattern)
        .psk(0, key.bytes())?
        .prologue(PROLOGUE)
}

/// Logs in to a scheduler. Blocks for [`LOGIN_LIMIT`] at most.
pub(crate) fn connect(
    stream: &TcpStream,
    key: &Key,
    hello: &Hello,
) -> Result<StatelessTransportState, LoginError> {
    connect_on(&mut Until::after(LOGIN_LIMIT, stream), key, hello)
}

/// Logs in to a scheduler over any stream.
pub(crate) fn connect_on(
    line: &mut (impl Read + Write),
    key: &Key,
    hello: &Hello,
) -> Result<StatelessTransportState, LoginError> {
    let mut noise = builder(key)?.build_initiator()?;
    send_handshake(line, &mut noise)?;
    let mut answer = [0; HANDSHAKE_BYTES];
    read_frame(line, &mut answer)?;
    noise.read_message(&answer, &mut [])?;
    let noise = noise.into_stateless_transport_mode()?;
    let hello = encode(hello).map_err(io::Error::other)?;
    let mut sealed = [0; LOGIN_BYTES];
    let length = noise.write_message(0, &hello, &mut sealed)?;
    write_frame(line, &sealed[..length])?;
    Ok(noise)
}

/// Lets a peer in if it proves the key. Calls `opened` once the first message was found to be made
/// with the key. Blocks for [`LOGIN_LIMIT`] at most.
pub(crate) fn accept(
    stream: &TcpStream,
    key: &Key,
    opened: impl FnOnce(),
) -> Result<(StatelessTransportState, Hello), LoginError> {
    accept_on(&mut Until::after(LOGIN_LIMIT, stream), key, opened)
}

/// Lets a peer in if it proves the key, over any stream.
pub(crate) fn accept_on(
    line: &mut (impl Read + Write),
    key: &Key,
    opened: impl FnOnce(),
) -> Result<(StatelessTransportState, Hello), LoginError> {
    let mut noise = builder(key)?.build_responder()?;
    let mut first = [0; HANDSHAKE_BYTES];
    read_frame(line, &mut first)
        .and_then(|()| Ok(noise.read_message(&first, &mut [])?))
        .inspect_err(|error| refuse(line, error))?;
    opened();
    send_handshake(line, &mut noise)?;
    let noise = noise.into_stateless_transport_mode()?;
    let hello = read_hello(line, &noise)?;
    Ok((noise, hello))
}

/// Reads the first sealed message of a peer.
pub(crate) fn read_hello(
    line: &mut impl Read,
    noise: &StatelessTransportState,
) -> Result<Hello, LoginError> {
    let mut sealed = [0; LOGIN_BYTES - HANDSHAKE_BYTES - 2 * size_of::<u16>()];
    let length = read_length(line, sealed.len())?;
    line.read_exact(&mut sealed[..length])?;
    let mut hello = [0; LOGIN_BYTES];
    let length = noise.read_message(0, &sealed[..length], &mut hello)?;
    decode(&hello[..length]).map_err(|_other_words| LoginError::WrongKey)
}

/// Sends an empty frame, from which a peer learns that it has another key and the scheduler is not dead.
fn refuse(line: &mut impl Write, error: &LoginError) {
    if matches!(error, LoginError::WrongKey) {
        let _gone = write_frame(line, &[]);
    }
}

fn send_handshake(line: &mut impl Write, noise: &mut HandshakeState) -> Result<(), LoginError> {
    let mut message = [0; HANDSHAKE_BYTES];
    let length = noise.write_message(&[], &mut message)?;
    Ok(write_frame(line, &message[..length])?)
}

fn write_frame(line: &mut impl Write, frame: &[u8]) -> io::Result<()> {
    let length = u16::try_from(frame.len()).map_err(io::Error::other)?;
    line.write_all(&[&length.to_le_bytes(), frame].concat())
}

/// Reads a frame, which must have exactly this length.
fn read_frame(line: &mut impl Read, frame: &mut [u8]) -> Result<(), LoginError> {
    match read_length(line, frame.len())? == frame.len() {
        true => Ok(line.read_exact(frame)?),
        false => Err(LoginError::WrongKey),
    }
}

fn read_length(line: &mut impl Read, most: usize) -> Result<usize, LoginError> {
    let mut length = [0; 2];
    line.read_exact(&mut length)?;
    let length = usize::from(u16::from_le_bytes(length));
    match length <= most {
        true => Ok(length),
        false => Err(LoginError::WrongKey),
    }
}
