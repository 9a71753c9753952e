//! The kernel's own pipe(2), with its reads, writes and closes in the log: for the programs that show
//! the system calls as they are.

use std::io::{self, Read, Write};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering, fence};
use std::time::Instant;

use common::{EventId, LastEvent, Trace, is_recording, life};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use crate::readable::wait_readable;
use crate::{Shareable, Shared};

/// One end of a pipe of the kernel: a descriptor. Drop closes it, in this process alone: each process
/// has to close the ends that `fork` has copied and that it does not use.
#[derive(Debug)]
pub struct PipeEnd {
    fd: OwnedFd,
    trace: Rc<Trace>,
    is_writing: bool,
    /// While the run is recorded.
    writes: Option<Rc<Shared<Writes>>>,
}

/// A pipe of the kernel: the end to read from, and the end to write into.
///
/// # Errors
/// When the limit on open files is reached.
///
/// Source: pipe(2).
pub fn pipe() -> io::Result<(PipeEnd, PipeEnd)> {
    let (reading, writing) = nix::unistd::pipe()?;
    let trace = Rc::new(Trace::new("pipe"));
    let writes = match is_recording() {
        true => Some(Rc::new(Shared::new(Writes::default())?)),
        false => None,
    };
    let end = |fd, is_writing| PipeEnd {
        fd,
        trace: Rc::clone(&trace),
        is_writing,
        writes: writes.clone(),
    };
    Ok((end(reading, false), end(writing, true)))
}

/// read(2): returns what is there, up to the length of the buffer, and 0 at the end of the stream.
/// Blocks while the pipe is empty and some process has the other end open.
impl Read for &PipeEnd {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if is_recording() && wait_readable(&[self.fd.as_fd()], Some(Instant::now()))?.is_none() {
            self.trace.waits();
        }
        let got = nix::unistd::read(&self.fd, buffer).inspect_err(|_| life::resumes())?;
        if let Some(writes) = &self.writes {
            writes.note_read(&self.trace, got);
        }
        if got == 0 && !buffer.is_empty() {
            self.trace.ended(EventId::NONE);
        }
        // What was read may be less than any write has written, and is no event.
        life::resumes();
        Ok(got)
    }
}

/// write(2): blocks while the pipe is full (64 KiB) and some process has the other end open.
impl Write for &PipeEnd {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let what = format_args!("{} bytes", bytes.len());
        let send = self.trace.sends(&what, &mut []);
        if let Some(writes) = &self.writes {
            writes.note_write(bytes.len(), send);
            if writes.is_full() || !is_writable(self.fd.as_fd()) {
                self.trace.waits_for_room(false);
            }
        }
        let written = nix::unistd::write(&self.fd, bytes);
        match written {
            Ok(_) => life::resumes(),
            Err(_) => self.trace.gives_back(&what, send),
        }
        Ok(written?)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn is_writable(fd: BorrowedFd<'_>) -> bool {
    let mut ready = [PollFd::new(fd, PollFlags::POLLOUT)];
    matches!(poll(&mut ready, PollTimeout::ZERO), Ok(1..))
}

impl AsFd for PipeEnd {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

impl Drop for PipeEnd {
    fn drop(&mut self) {
        match self.is_writing {
            true => self.trace.closes_sending_end(),
            false => self.trace.closes_receiving_end(),
        };
    }
}

/// How many writes may be unread, so that the read of each still names it as its cause.
const SLOTS: u64 = 1024;
const BYTE_BITS: u32 = 40;

/// Of a new pipe.
///
/// Source: pipe(7), "Pipe capacity".
const ROOM_BYTES: u64 = 64 << 10;

/// In shared memory, beside a recorded pipe: which event wrote what is read. A pipe is a stream, so
/// the bytes up to a place in it come of the writes up to that place.
#[derive(Debug)]
struct Writes {
    /// How many writes have begun (in the upper bits), and how many bytes they have.
    written: AtomicU64,
    /// How many bytes have been read, and how many writes have been read whole.
    bytes_read: AtomicU64,
    writes_read: AtomicU64,
    /// The process that has read last.
    reader: AtomicU64,
    /// The last writes.
    slots: [Slot; SLOTS as usize],
}

/// A write, until another one that is [`SLOTS`] later takes its slot.
#[derive(Debug, Default)]
struct Slot {
    /// Which one, from 1. Stored last: then the rest is there.
    number: AtomicU64,
    /// Where it begins in the stream, and where it ends.
    begin: AtomicU64,
    end: AtomicU64,
    event: LastEvent,
}

/// What is known of a write.
enum Known {
    /// It has begun, and its writer is about to fill its slot.
    NotYet,
    /// It begins and ends here, and this event wrote it.
    Write(u64, u64, EventId),
    /// Its slot was taken by a later one.
    NoMore,
}

// SAFETY: atomics only.
unsafe impl Shareable for Writes {}

impl Default for Writes {
    fn default() -> Self {
        Self {
            written: AtomicU64::new(0),
            bytes_read: AtomicU64::new(0),
            writes_read: AtomicU64::new(0),
            reader: AtomicU64::new(0),
            slots: std::array::from_fn(|_| Slot::default()),
        }
    }
}

impl Writes {
    /// Before the bytes are written.
    fn note_write(&self, bytes: usize, event: EventId) {
        let one_more = 1 << BYTE_BITS | bytes as u64;
        let before = self.written.fetch_add(one_more, Ordering::Relaxed);
        // Who sees a change of the slot then sees that there is one more: see `look`.
        fence(Ordering::Release);
        let (number, begin) = (before >> BYTE_BITS, before & ((1 << BYTE_BITS) - 1));
        let slot = self.slot(number);
        slot.begin.store(begin, Ordering::Relaxed);
        slot.end.store(begin + bytes as u64, Ordering::Relaxed);
        slot.event.set(event);
        slot.number.store(number + 1, Ordering::Release);
    }

    /// Whether more has been written, or is about to be, than a pipe has room for.
    fn is_full(&self) -> bool {
        let written = self.written.load(Ordering::Relaxed) & ((1 << BYTE_BITS) - 1);
        let read = self.bytes_read.load(Ordering::Relaxed);
        written.saturating_sub(read) > ROOM_BYTES
    }

    fn slot(&self, number: u64) -> &Slot {
        &self.slots[(number % SLOTS) as usize]
    }

    /// How many writes have begun.
    fn count(&self) -> u64 {
        self.written.load(Ordering::Acquire) >> BYTE_BITS
    }

    fn look(&self, number: u64) -> Known {
        let slot = self.slot(number);
        let is_there = slot.number.load(Ordering::Acquire) == number + 1;
        let begin = slot.begin.load(Ordering::Relaxed);
        let end = slot.end.load(Ordering::Relaxed);
        let event = slot.event.get();
        // The count after the slot: the other way round, a later write could take it in between.
        fence(Ordering::Acquire);
        let is_filled_again = self.count() > number + SLOTS;
        // The begin of one writer and the end of another, SLOTS writes apart: both fill the slot now.
        let is_mixed = is_there && end < begin;
        match is_there {
            _ if is_filled_again || is_mixed => Known::NoMore,
            true => Known::Write(begin, end, event),
            false => Known::NotYet,
        }
    }

    /// After some bytes were read: records each write of which the last byte is among them. If
    /// another process has read the first ones, no process has received what was written, and the
    /// event names no cause. Nor does it where more writes were unread than there are slots.
    fn note_read(&self, pipe: &Trace, bytes: usize) {
        let begin = self.bytes_read.fetch_add(bytes as u64, Ordering::AcqRel);
        let read = begin + bytes as u64;
        let reader = u64::from(common::pid());
        let is_another = self.reader.swap(reader, Ordering::AcqRel) != reader;
        let mut next = self.writes_read.load(Ordering::Acquire);
        while next < self.count() {
            let (after, received) = match self.look(next) {
                Known::Write(from, to, event) if to <= read => {
                    let is_torn = is_another && from < begin;
                    let cause = if is_torn { EventId::NONE } else { event };
                    (next + 1, Some((to - from, cause)))
                }
                Known::Write(..) | Known::NotYet => return,
                Known::NoMore => {
                    pipe.received(&format_args!("{bytes} bytes"), EventId::NONE);
                    let oldest = self.count() - SLOTS;
                    match self.look(oldest) {
                        Known::Write(from, ..) if from <= read => (oldest, None),
                        _ => return,
                    }
                }
            };
            let (done, failed) = (Ordering::AcqRel, Ordering::Acquire);
            let taken = self.writes_read.compare_exchange(next, after, done, failed);
            next = taken.map_or_else(|others| others, |_| after);
            if let (Ok(_), Some((bytes, cause))) = (taken, received) {
                pipe.received(&format_args!("{bytes} bytes"), cause);
            }
        }
    }
}
