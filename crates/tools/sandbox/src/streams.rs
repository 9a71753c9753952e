//! The streams from a box: its output, counted, and the record.

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::time::{Duration, Instant};

use child::poll_timeout;
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, poll};

/// Longer than any record.
const RECORD_BYTES: usize = 4096;

/// Why a box was ended before its program ended.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Cut {
    /// Its time was over.
    Time,
    /// It printed more than it may.
    Output,
    /// Its processes used more memory than they may.
    Memory,
}

/// The interval at which the memory is measured.
const LOOK: Duration = Duration::from_millis(50);

/// A stream, and what was read from it so far.
pub(crate) struct Stream {
    fd: OwnedFd,
    most_bytes: usize,
    pub(crate) bytes: Vec<u8>,
    has_ended: bool,
}

pub(crate) struct Streams {
    pub(crate) stdout: Stream,
    pub(crate) stderr: Stream,
    pub(crate) record: Stream,
}

impl Streams {
    pub(crate) fn new(stdout: OwnedFd, stderr: OwnedFd, record: OwnedFd, most: usize) -> Self {
        Self {
            stdout: Stream::new(stdout, most),
            stderr: Stream::new(stderr, most),
            record: Stream::new(record, RECORD_BYTES),
        }
    }

    /// Collects output until the supervisor has ended, or returns why the box has to be ended.
    /// `is_too_large` returns whether it uses too much memory.
    pub(crate) fn collect(
        &mut self,
        deadline: Instant,
        is_too_large: impl Fn() -> bool,
    ) -> io::Result<Option<Cut>> {
        let mut look = Instant::now();
        while !self.record.has_ended {
            let now = Instant::now();
            let left = deadline.saturating_duration_since(now);
            if left.is_zero() {
                return Ok(Some(Cut::Time));
            }
            if now >= look {
                if is_too_large() {
                    return Ok(Some(Cut::Memory));
                }
                look = Instant::now() + LOOK;
            }
            let all = [&mut self.stdout, &mut self.stderr, &mut self.record];
            if !read_what_is_there(all, left.min(LOOK))? {
                return Ok(Some(Cut::Output));
            }
        }
        Ok(None)
    }

    /// Reads what is still in the pipes after all writers have ended. If some process holds an end
    /// all the same, waits at most one second.
    pub(crate) fn drain(&mut self) -> Option<Cut> {
        let limit = Instant::now() + Duration::from_secs(1);
        while Instant::now() < limit {
            let all = [&mut self.stdout, &mut self.stderr, &mut self.record];
            if all.iter().all(|stream| stream.has_ended) {
                break;
            }
            match read_what_is_there(all, 2 * LOOK) {
                Ok(true) => {}
                Ok(false) => return Some(Cut::Output),
                Err(_) => break,
            }
        }
        None
    }
}

/// Waits, then reads from each stream that has data; returns `false` when one exceeds its limit.
fn read_what_is_there(streams: [&mut Stream; 3], limit: Duration) -> io::Result<bool> {
    let mut open: Vec<_> = streams
        .into_iter()
        .filter(|stream| !stream.has_ended)
        .collect();
    let fds = open
        .iter()
        .map(|stream| PollFd::new(stream.fd.as_fd(), PollFlags::POLLIN));
    let mut fds: Vec<_> = fds.collect();
    match poll(&mut fds, poll_timeout(limit)) {
        Ok(_) | Err(Errno::EINTR) => {}
        Err(errno) => return Err(errno.into()),
    }
    let ready: Vec<_> = fds.iter().map(|fd| fd.any().unwrap_or(false)).collect();
    for (stream, is_ready) in open.iter_mut().zip(ready) {
        if is_ready && !stream.take()? {
            return Ok(false);
        }
    }
    Ok(true)
}

impl Stream {
    fn new(fd: OwnedFd, most_bytes: usize) -> Self {
        Self {
            fd,
            most_bytes,
            bytes: Vec::new(),
            has_ended: false,
        }
    }

    /// Reads once; returns `false` when the limit was exceeded, and drops the bytes beyond it.
    fn take(&mut self) -> io::Result<bool> {
        let mut part = [0; 1 << 16];
        let got = match nix::unistd::read(&self.fd, &mut part) {
            Ok(0) => {
                self.has_ended = true;
                return Ok(true);
            }
            Ok(got) => got,
            Err(Errno::EINTR) => return Ok(true),
            Err(errno) => return Err(errno.into()),
        };
        let room = self.most_bytes - self.bytes.len();
        self.bytes.extend_from_slice(&part[..got.min(room)]);
        Ok(got <= room)
    }
}
