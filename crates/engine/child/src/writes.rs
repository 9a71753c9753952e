//! Which write is the cause of a read, for a pipe of the kernel in a recorded run: which event wrote
//! what is read. A pipe is a stream, so the bytes up to a place in it come of the writes up to that
//! place.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering, fence};

use common::{EventId, LastEvent, Trace};

use crate::Shareable;

/// How many writes may be unread, so that the read of each still names it as its cause.
const SLOTS: u64 = 1024;
const BYTE_BITS: u32 = 40;

/// The capacity of a new pipe.
///
/// Source: pipe(7), "Pipe capacity".
const ROOM_BYTES: u64 = 64 << 10;

/// The writes of one recorded pipe, in memory that its processes share.
#[derive(Debug)]
pub(crate) struct Writes {
    /// How many writes have begun (in the upper bits), and how many bytes they have.
    written: AtomicU64,
    /// How many bytes have been read, and how many writes have been read whole.
    bytes_read: AtomicU64,
    writes_read: AtomicU64,
    /// The process that has read last.
    reader: AtomicU64,
    /// Bytes were noted that were not written: which write the later ones are of is not known.
    is_torn: AtomicBool,
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
            is_torn: AtomicBool::new(false),
            slots: std::array::from_fn(|_| Slot::default()),
        }
    }
}

impl Writes {
    /// Before the bytes are written.
    pub(crate) fn note_write(&self, bytes: usize, event: EventId) {
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

    /// The write was refused, or has written only some of its bytes. (A writer that is killed in the middle
    /// cannot tell that: then what is read later is taken for what it has announced.)
    pub(crate) fn note_tear(&self) {
        self.is_torn.store(true, Ordering::Relaxed);
    }

    /// Whether more has been written, or is about to be, than a pipe has room for.
    pub(crate) fn is_full(&self) -> bool {
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
    pub(crate) fn note_read(&self, pipe: &Trace, bytes: usize) {
        let begin = self.bytes_read.fetch_add(bytes as u64, Ordering::AcqRel);
        let read = begin + bytes as u64;
        let reader = u64::from(common::pid());
        let is_another = self.reader.swap(reader, Ordering::AcqRel) != reader;
        let mut next = self.writes_read.load(Ordering::Acquire);
        while next < self.count() {
            let (after, received) = match self.look(next) {
                Known::Write(from, to, event) if to <= read => {
                    let is_torn =
                        self.is_torn.load(Ordering::Relaxed) || is_another && from < begin;
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
