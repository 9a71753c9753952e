//! The next packet of a line: messages are collected, and sealed into frames.

use common::{Message, encode_into};
use snow::StatelessTransportState;

use crate::line_error::LineError;
use crate::receiving::{CHUNK, LENGTH_BYTES, ZEROES};
use crate::wire::PACKET_LIMIT;

/// The longest frame of Noise, and how much of it is its seal.
const FRAME_BYTES: usize = 65_535;
const SEAL_BYTES: usize = 16;

pub(crate) struct Sending {
    nonce: u64,
    packet: Vec<u8>,
    sealed: Vec<u8>,
}

impl Sending {
    /// Starts after a login that has used this number of nonces.
    pub(crate) fn after(nonce: u64) -> Self {
        Self {
            nonce,
            packet: Vec::new(),
            sealed: Vec::new(),
        }
    }

    /// Begins a packet. With `has_causes`, an event stands before each of its messages.
    pub(crate) fn begin(&mut self, has_causes: bool) {
        self.packet.clear();
        self.packet.extend_from_slice(&[0; LENGTH_BYTES]);
        self.packet.push(has_causes.into());
    }

    /// The length of the packet so far.
    pub(crate) fn length(&self) -> usize {
        self.packet.len()
    }

    pub(crate) fn add<M: Message>(
        &mut self,
        cause: Option<&[u8; 8]>,
        message: &M,
    ) -> Result<(), LineError> {
        self.packet.extend(cause.into_iter().flatten());
        // A message that cannot be encoded has a length that does not fit.
        encode_into(message, &mut self.packet).map_err(|_| LineError::TooLong(usize::MAX))
    }

    /// Seals the packet into frames, and passes them to `write`.
    pub(crate) fn seal(
        &mut self,
        noise: &StatelessTransportState,
        write: impl Fn(&[u8]) -> Result<(), LineError>,
    ) -> Result<(), LineError> {
        let Self {
            nonce,
            packet,
            sealed,
        } = self;
        let length = packet.len() - LENGTH_BYTES;
        if length > PACKET_LIMIT {
            return Err(LineError::TooLong(length));
        }
        let length = u32::try_from(length).unwrap_or(u32::MAX);
        packet[..LENGTH_BYTES].copy_from_slice(&length.to_le_bytes());
        sealed.clear();
        for part in packet.chunks(FRAME_BYTES - SEAL_BYTES) {
            seal(noise, *nonce, part, sealed)?;
            *nonce += 1;
            if sealed.len() >= 3 * CHUNK {
                write(sealed)?;
                sealed.clear();
            }
        }
        write(sealed)?;
        // A buffer that was large once need not stay so.
        packet.shrink_to(4 * CHUNK);
        sealed.shrink_to(4 * CHUNK);
        Ok(())
    }
}

/// Seals a part of a packet into a frame, and appends it to `sealed`.
pub(crate) fn seal(
    noise: &StatelessTransportState,
    nonce: u64,
    part: &[u8],
    sealed: &mut Vec<u8>,
) -> Result<(), LineError> {
    let length = part.len() + SEAL_BYTES;
    let start = sealed.len();
    sealed.extend_from_slice(&u16::try_from(length).unwrap_or(u16::MAX).to_le_bytes());
    sealed.extend_from_slice(&ZEROES[..length]);
    let written = noise.write_message(nonce, part, &mut sealed[start + 2..]);
    written.map_or(Err(LineError::Disconnected), |_| Ok(()))
}
