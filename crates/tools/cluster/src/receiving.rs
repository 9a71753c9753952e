//! The parts of the next frames and packets of a line that have arrived.

use std::io::{self, Read};
use std::time::{Duration, Instant};

use snow::StatelessTransportState;

use crate::wire::PACKET_LIMIT;

/// The unit of the buffers: each read has room for this many bytes.
pub(crate) const CHUNK: usize = 64 << 10;
/// Zeroes to extend a buffer with: this is one copy, while `resize` is a loop.
pub(crate) static ZEROES: [u8; CHUNK] = [0; CHUNK];
/// The length in front of a packet.
pub(crate) const LENGTH_BYTES: usize = 4;

/// What has arrived. Its memory grows with that, and not with a length that a peer claims.
pub(crate) struct Receiving {
    nonce: u64,
    /// The arrived part of the next frames is from `start` to `end`. The rest is room to read into.
    /// It is not cleared before each read: clearing took longer than reading a short packet.
    sealed: Vec<u8>,
    start: usize,
    end: usize,
    /// The opened part of the next packets, from `begin` on.
    plain: Vec<u8>,
    begin: usize,
    /// How long reads have waited since the last bytes.
    silence: Duration,
}

impl Receiving {
    /// Starts after a login that has used this number of nonces.
    pub(crate) fn after(nonce: u64) -> Self {
        Self {
            nonce,
            sealed: Vec::new(),
            start: 0,
            end: 0,
            plain: Vec::new(),
            begin: 0,
            silence: Duration::ZERO,
        }
    }

    /// The size of the buffer for frames.
    #[cfg(test)]
    pub(crate) fn room(&self) -> usize {
        self.sealed.len()
    }

    /// How long nothing has arrived. Only reads that wait count, because bytes may have arrived while
    /// nothing was read.
    pub(crate) fn silence(&self) -> Duration {
        self.silence
    }

    /// Sets the silence to 0, because it was this end that did not read.
    pub(crate) fn forgive(&mut self) {
        self.silence = Duration::ZERO;
    }

    /// Whether a part of the next packet has arrived.
    pub(crate) fn has_part(&self) -> bool {
        self.start < self.end || self.begin < self.plain.len()
    }

    /// The length that the next packet claims, if that much has arrived.
    pub(crate) fn claimed(&self) -> Option<usize> {
        let (length, _) = self.plain[self.begin..].split_first_chunk()?;
        Some(u32::from_le_bytes(*length) as usize)
    }

    /// Takes out the next packet, and opens frames for it. `None` if it is not complete.
    pub(crate) fn packet(
        &mut self,
        noise: &StatelessTransportState,
    ) -> Result<Option<Vec<u8>>, &'static str> {
        loop {
            let packet = self.next()?;
            if packet.is_some() || !self.open(noise)? {
                return Ok(packet);
            }
        }
    }

    /// Opens the next frame. Returns false if it is not complete.
    fn open(&mut self, noise: &StatelessTransportState) -> Result<bool, &'static str> {
        let rest = &self.sealed[self.start..self.end];
        let Some((length, rest)) = rest.split_first_chunk() else {
            return Ok(false);
        };
        let length = usize::from(u16::from_le_bytes(*length));
        let Some(frame) = rest.get(..length) else {
            return Ok(false);
        };
        let had = self.plain.len();
        self.plain.extend_from_slice(&ZEROES[..length]);
        let opened = noise
            .read_message(self.nonce, frame, &mut self.plain[had..])
            .map_err(|_| "a frame was not sealed by the other end, or not in this order")?;
        self.plain.truncate(had + opened);
        self.start += 2 + length;
        self.nonce += 1;
        Ok(true)
    }

    /// Takes the next packet out of the opened bytes, if it is complete.
    fn next(&mut self) -> Result<Option<Vec<u8>>, &'static str> {
        let rest = &self.plain[self.begin..];
        if let Some((length, rest)) = rest.split_first_chunk() {
            let length = u32::from_le_bytes(*length) as usize;
            if length > PACKET_LIMIT {
                return Err("a packet is above the limit");
            }
            if let Some(packet) = rest.get(..length) {
                let packet = packet.to_vec();
                self.begin += LENGTH_BYTES + length;
                return Ok(Some(packet));
            }
        }
        Ok(None)
    }

    /// Reads once. Returns false at the end of the stream. The stream returns within `limit`: if it takes
    /// longer, this process was stopped in it.
    pub(crate) fn fill(&mut self, mut stream: impl Read, limit: Duration) -> io::Result<bool> {
        self.plain.drain(..self.begin);
        self.plain.shrink_to(CHUNK);
        self.begin = 0;
        self.sealed.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
        if self.sealed.len() - self.end < CHUNK {
            self.sealed.resize(self.end + CHUNK, 0);
        }
        let asked = Instant::now();
        let read = stream.read(&mut self.sealed[self.end..]);
        self.silence += asked.elapsed().min(limit);
        let got = read?;
        self.end += got;
        if got > 0 {
            self.silence = Duration::ZERO;
        }
        Ok(got > 0)
    }
}
