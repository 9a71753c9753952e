//! The part that has arrived of the next frames and packets of a line.

use std::io::{self, Read};
use std::time::{Duration, Instant};

use snow::StatelessTransportState;

use crate::wire::PACKET_LIMIT;

/// How much is read at once, and how much is about to be written.
pub(crate) const CHUNK: usize = 64 << 10;
/// What is written into: one copy, where `resize` is a loop.
pub(crate) static ZEROES: [u8; CHUNK] = [0; CHUNK];
/// In front of a packet.
pub(crate) const LENGTH_BYTES: usize = 4;

/// Nothing is put aside for a length that a peer claims: it grows with what has come.
pub(crate) struct Receiving {
    nonce: u64,
    /// The part that has arrived of the next frames, from `start` to `end`. After it is room to read
    /// into, which is not cleared before each read: to clear it took longer than to read a short packet.
    sealed: Vec<u8>,
    start: usize,
    end: usize,
    /// The part that has arrived of the next packets, from `begin` on.
    plain: Vec<u8>,
    begin: usize,
    heard: Instant,
}

impl Receiving {
    /// After a login that has used this number of nonces.
    pub(crate) fn after(nonce: u64) -> Self {
        Self {
            nonce,
            sealed: Vec::new(),
            start: 0,
            end: 0,
            plain: Vec::new(),
            begin: 0,
            heard: Instant::now(),
        }
    }

    /// How many bytes are put aside for frames.
    #[cfg(test)]
    pub(crate) fn room(&self) -> usize {
        self.sealed.len()
    }

    /// For how long nothing has come.
    pub(crate) fn silence(&self) -> Duration {
        self.heard.elapsed()
    }

    /// This end has not listened, which is no silence of the other one.
    pub(crate) fn forgive(&mut self) {
        self.heard = Instant::now();
    }

    /// The length that the next packet claims, of which a part has come.
    pub(crate) fn claimed(&self) -> Option<usize> {
        let (length, _) = self.plain[self.begin..].split_first_chunk()?;
        Some(u32::from_le_bytes(*length) as usize)
    }

    /// Takes the next packet out, if it is whole, and opens frames for it.
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

    /// Opens the next frame, if it is whole.
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

    /// Takes the next packet out of what was opened, if it is whole.
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

    /// Reads what is there; false is the end of the stream.
    pub(crate) fn fill(&mut self, mut stream: impl Read) -> io::Result<bool> {
        self.plain.drain(..self.begin);
        self.plain.shrink_to(CHUNK);
        self.begin = 0;
        self.sealed.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
        if self.sealed.len() - self.end < CHUNK {
            self.sealed.resize(self.end + CHUNK, 0);
        }
        let got = stream.read(&mut self.sealed[self.end..])?;
        self.end += got;
        if got > 0 {
            self.heard = Instant::now();
        }
        Ok(got > 0)
    }
}
