//! The next packet of a line: messages are put together, and sealed into frames.

use common::{Message, encode_into};
use snow::StatelessTransportState;

use crate::line_error::LineError;
use crate::receiving::{CHUNK, LENGTH_BYTES, ZEROES};
use crate::wire::PACKET_LIMIT;

/// The longest frame of Noise, and what its seal takes of it.
const FRAME_BYTES: usize = 65_535;
const SEAL_BYTES: usize = 16;

pub(crate) struct Sending {
    nonce: u64,
    packet: Vec<u8>,
    sealed: Vec<u8>,
}

impl Sending {
    /// After a login that has used this number of nonces.
    pub(crate) fn after(nonce: u64) -> Self {
        Self {
            nonce,
            packet: Vec::new(),
            sealed: Vec::new(),
        }
    }

    /// Begins a packet, in which an event stands before each message, or none.
    pub(crate) fn begin(&mut self, has_causes: bool) {
        self.packet.clear();
        self.packet.extend_from_slice(&[0; LENGTH_BYTES]);
        self.packet.push(has_causes.into());
    }

    /// How long the packet is by now.
    pub(crate) fn length(&self) -> usize {
        self.packet.len()
    }

    pub(crate) fn add<M: Message>(
        &mut self,
        cause: Option<&[u8; 8]>,
        message: &M,
    ) -> Result<(), LineError> {
        self.packet.extend(cause.into_iter().flatten());
        // A message without bytes has a length that does not fit.
        encode_into(message, &mut self.packet).map_err(|_| LineError::TooLong(usize::MAX))
    }

    /// Seals the packet, and has it written.
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
        // What was long once need not stay so.
        packet.shrink_to(4 * CHUNK);
        sealed.shrink_to(4 * CHUNK);
        Ok(())
    }
}

/// Seals a part of a packet into a frame, behind those that are sealed already.
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
