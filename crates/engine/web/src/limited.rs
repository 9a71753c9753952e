//! A client that has so much time in all, however small the pieces are in which it sends.

use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// A connection of which every read and write ends by the same moment: a socket's own limit begins
/// anew with each byte that comes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limited<'a> {
    client: &'a TcpStream,
    until: Instant,
}

impl<'a> Limited<'a> {
    pub(crate) fn new(client: &'a TcpStream, limit: Duration) -> Self {
        let until = Instant::now() + limit;
        Self { client, until }
    }

    /// Never zero, which the system would take for no limit at all.
    fn left(self) -> io::Result<Option<Duration>> {
        match self.until.checked_duration_since(Instant::now()) {
            Some(left) if !left.is_zero() => Ok(Some(left)),
            _ => Err(ErrorKind::TimedOut.into()),
        }
    }
}

impl Read for Limited<'_> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        self.client.set_read_timeout(self.left()?)?;
        self.client.read(bytes)
    }
}

impl Write for Limited<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.client.set_write_timeout(self.left()?)?;
        self.client.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
