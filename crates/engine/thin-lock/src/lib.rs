//! A lock of one word that names its owner, and a gate where the threads that have to wait sleep.
//!
//! Taking it while it is free, and releasing it while no other thread waits, is one atomic step
//! each. It knows its owner, which std's `Mutex` does not, and can wait with a limit: an RLock is
//! this lock and a depth. The idea is that of Java's monitors: a [thin lock] holds its owner's
//! number, and a bit that says whether others wait.
//!
//! [thin lock]: https://dl.acm.org/doi/10.1145/277650.277734

#![forbid(unsafe_code)]

use std::borrow::Cow;
use std::cell::Cell;
use std::time::Duration;

use common::Trace;
use explore::primitives::atomic::{AtomicU64, Ordering};
use explore::primitives::{Condvar, Instant, LOOKS, Mutex, thread_local, yield_now};

/// The word of a lock that is free.
const FREE: u64 = 0;

/// Added to the owner's number while others may sleep at the gate.
const CONTENDED: u64 = 1;

/// The next thread's number: even, as the lowest bit is [`CONTENDED`], and not [`FREE`].
/// Straight from std, also in an explored build: no thread waits for a number.
static NEXT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(2);

thread_local! {
    static ME: Cell<u64> = const { Cell::new(0) };
}

/// The number of the calling thread. No other thread ever has it, not even after this one has
/// ended. (An address, or the system's number, would come back, and with it the locks that a thread
/// took and never released.)
#[inline]
fn me() -> u64 {
    ME.with(|me| {
        if me.get() == 0 {
            me.set(NEXT.fetch_add(2, Ordering::Relaxed));
        }
        me.get()
    })
}

/// A lock that knows which thread has it. Its owner must not take it again.
#[derive(Debug)]
pub struct ThinLock {
    /// Its name, and its waits. What is made of it records when it was taken and released.
    pub trace: Trace,
    /// [`FREE`], or the number of the owner, perhaps with [`CONTENDED`].
    word: AtomicU64,
    /// How many sleep.
    gate: Mutex<usize>,
    released: Condvar,
}

impl ThinLock {
    /// A free lock, called by its kind and a number: `rlock 1`, `rlock 2`.
    #[must_use]
    pub const fn of_kind(kind: &'static str) -> Self {
        Self::traced(Trace::at_first_use(kind))
    }

    /// A free lock with a name of its own.
    #[must_use]
    pub fn named(name: impl Into<Cow<'static, str>>) -> Self {
        Self::traced(Trace::named_own(name))
    }

    const fn traced(trace: Trace) -> Self {
        Self {
            trace,
            word: AtomicU64::new(FREE),
            gate: Mutex::new(0),
            released: Condvar::new(),
        }
    }

    /// Whether the calling thread is the owner. It needs no order: our own number is in the word
    /// only if we put it there, and until we take it away.
    #[inline]
    pub fn is_mine(&self) -> bool {
        self.word.load(Ordering::Relaxed) & !CONTENDED == me()
    }

    /// Whether there is no owner, at this moment.
    pub fn is_free(&self) -> bool {
        self.word.load(Ordering::Relaxed) == FREE
    }

    /// Takes it if it is free, and returns whether it did; never blocks.
    #[inline]
    pub fn try_acquire(&self) -> bool {
        self.try_put(me())
    }

    /// Takes it, and returns whether it did. Blocks for `limit` at most while another thread has it.
    /// [`Duration::MAX`] is no limit: it is some 10^11 years.
    #[inline]
    pub fn acquire_timeout(&self, limit: Duration) -> bool {
        self.try_acquire() || self.wait_on_record(limit)
    }

    #[cold]
    fn wait_on_record(&self, limit: Duration) -> bool {
        match limit {
            Duration::MAX => self.trace.waits(),
            _ => self.trace.waits_for_a_time(),
        }
        let taken = self.wait(limit);
        if !taken {
            self.trace.gives_up();
        }
        taken
    }

    /// Waits until it is ours, for `limit` at most. Returns whether it is.
    ///
    /// Marking the word as contended and falling asleep are one step under the gate. An owner that
    /// releases passes the gate before it wakes: it does so before we look at the word, or when we
    /// sleep, but never in between, where its call would be lost.
    fn wait(&self, limit: Duration) -> bool {
        if self.linger() {
            return true;
        }
        let since = Instant::now();
        let mut asleep = self.gate.lock();
        loop {
            // With the mark while others sleep: we are the one to wake them.
            let mark = if *asleep > 0 { CONTENDED } else { 0 };
            if self.try_put(me() | mark) {
                return true;
            }
            if !self.mark() {
                continue; // Released just now.
            }
            let Some(left) = limit.checked_sub(since.elapsed()) else {
                return false;
            };
            *asleep += 1;
            (asleep, _) = self.released.wait_timeout(asleep, left);
            *asleep -= 1;
        }
    }

    /// Releases it, and wakes one of the threads that wait; for the owner only.
    ///
    /// Release: the next owner sees all that we did.
    #[inline]
    pub fn release(&self) {
        if self.word.swap(FREE, Ordering::Release) & CONTENDED != 0 {
            self.wake_one();
        }
    }

    /// Looks a few times more before it sleeps, which takes far longer: most owners are about to
    /// release. Not when others sleep already, for then the owner is a slow one. In between it
    /// leaves the word alone, or the owner would have to wait for its cache line.
    fn linger(&self) -> bool {
        for _ in 0..LOOKS {
            yield_now();
            let word = self.word.load(Ordering::Relaxed);
            if word == FREE && self.try_acquire() {
                return true;
            }
            if word & CONTENDED != 0 {
                return false;
            }
        }
        false
    }

    /// Puts `word` where [`FREE`] was. Acquire: the other half of `release`'s Release.
    #[inline]
    fn try_put(&self, word: u64) -> bool {
        self.word
            .compare_exchange(FREE, word, Ordering::Acquire, Ordering::Relaxed)
            .is_ok()
    }

    /// Marks the word for its owner; `false` when there is none any more.
    fn mark(&self) -> bool {
        let held = self.word.load(Ordering::Relaxed);
        let marked = held | CONTENDED;
        held != FREE
            && self
                .word
                .compare_exchange(held, marked, Ordering::Relaxed, Ordering::Relaxed)
                .is_ok()
    }

    #[cold]
    fn wake_one(&self) {
        drop(self.gate.lock());
        self.released.notify_one();
    }
}
