//! The writes into a kernel pipe, in a recorded run: they show which event wrote the bytes that are
//! read. A pipe is a stream, so the bytes up to a position in it come from the writes up to that
//! position.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering, fence};

use common::{EventId, LastEvent, Trace};

use crate::Shareable;

/// How many writes may be unread if the read of each is still to name its cause.
const SLOTS: u64 = 1024;
const BYTE_BITS: u32 = 40;

/// The capacity of a new pipe.
///
/// Source: pipe(7), "Pipe capacity".
const ROOM_BYTES: u64 = 64 << 10;

/// The writes of one recorded pipe, in memory that its processes share.
#[derive(Debug)]
pub(crate) struct Writes {
    /// How many writes have begun (in the upper bits), and how many bytes they have in all.
    written: AtomicU64,
    /// How many bytes have been read, and how many writes have been read completely.
    bytes_read: AtomicU64,
    writes_read: AtomicU64,
    /// The process that read last.
    reader: AtomicU64,
    /// Whether bytes were recorded and then not written: the later bytes cannot be assigned to writes.
    is_torn: AtomicBool,
    /// The last writes.
    slots: [Slot; SLOTS as usize],
}

/// A write, until the write that is [`SLOTS`] later takes its slot.
#[derive(Debug, Default)]
struct Slot {
    /// The number of the write, from 1. Stored last: when it is there, the rest is there.
    number: AtomicU64,
    /// The positions in the stream at which it begins and ends.
    begin: AtomicU64,
    end: AtomicU64,
    event: LastEvent,
}

/// The state of a write, as its slot shows it.
enum Known {
    /// The write has begun, and its writer is about to fill the slot.
    NotYet,
    /// The positions at which the write begins and ends, and the event that wrote it.
    Write(u64, u64, EventId),
    /// A later write has taken the slot.
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
    /// Records a write. To be called before the bytes are written.
    pub(crate) fn note_write(&self, bytes: usize, event: EventId) {
        let one_more = 1 << BYTE_BITS | bytes as u64;
        let before = self.written.fetch_add(one_more, Ordering::Relaxed);
        // A process that sees a change of the slot then also sees the higher count: see `look`.
        fence(Ordering::Release);
        let (number, begin) = (before >> BYTE_BITS, before & ((1 << BYTE_BITS) - 1));
        let slot = self.slot(number);
        slot.begin.store(begin, Ordering::Relaxed);
        slot.end.store(begin + bytes as u64, Ordering::Relaxed);
        slot.event.set(event);
        slot.number.store(number + 1, Ordering::Release);
    }

    /// Records that a write was refused, or has written only some of its bytes. (A writer that is killed
    /// in the middle cannot record it: then bytes read later are taken for those it has announced.)
    pub(crate) fn note_tear(&self) {
        self.is_torn.store(true, Ordering::Relaxed);
    }

    /// Whether more bytes have been written, or are about to be, than a pipe has room for.
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
        // Read the count after the slot: in the other order, a later write could take the slot in between.
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

    /// After some bytes were read: records each write whose last byte is among them. The event
    /// names no cause if another process has read the first bytes of the write, since then no
    /// process has received all of it; or if more writes were unread than there are slots.
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
