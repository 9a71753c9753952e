//! A lock of one word that names its owner, and a gate at which waiting threads sleep.
//!
//! Taking it while it is free, and releasing it while no other thread waits, is one atomic step
//! each. Unlike std's `Mutex`, it knows its owner and can wait with a limit: an RLock is this lock
//! and a count. The idea is that of Java's monitors: a [thin lock] holds its owner's number, and a
//! bit that shows whether others wait.
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

/// Added to the owner's number while other threads may sleep at the gate.
const CONTENDED: u64 = 1;

/// The next thread's number: even, as the lowest bit is [`CONTENDED`], and not [`FREE`].
/// Straight from std, also in an explored build: no thread waits for a number.
static NEXT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(2);

thread_local! {
    static ME: Cell<u64> = const { Cell::new(0) };
}

/// The number of the calling thread. No other thread ever has it, not even after this one has
/// ended. (An address, or the system's number, would be reused, and a new thread would then own the
/// locks that the old one never released.)
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
    /// Its name, and a record of its waits. The lock built on it records when it is taken and released.
    pub trace: Trace,
    /// [`FREE`], or the number of the owner, perhaps with [`CONTENDED`].
    word: AtomicU64,
    /// How many threads sleep.
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

    /// Whether the calling thread is the owner. It needs no memory order: our own number is in the
    /// word only if we stored it there, and until we remove it.
    #[inline]
    pub fn is_mine(&self) -> bool {
        self.word.load(Ordering::Relaxed) & !CONTENDED == me()
    }

    /// Whether the lock has no owner at this moment.
    pub fn is_free(&self) -> bool {
        self.word.load(Ordering::Relaxed) == FREE
    }

    /// Takes the lock if it is free, and returns whether it succeeded; never blocks.
    #[inline]
    pub fn try_acquire(&self) -> bool {
        self.try_put(me())
    }

    /// Takes the lock. Blocks, without a limit, while another thread has it. Returns `true`, as the
    /// other ways to take the lock do when they succeed.
    #[inline]
    pub fn acquire(&self) -> bool {
        self.acquire_timeout(Duration::MAX)
    }

    /// Takes the lock, and returns whether it succeeded. Blocks for `limit` at most while another
    /// thread has it. [`Duration::MAX`] means no limit: it is some 10^11 years.
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

    /// Waits until the lock is ours, for `limit` at most. Returns whether it is.
    ///
    /// Marking the word as contended and falling asleep are one step under the gate. An owner that
    /// releases locks the gate before it wakes: that happens either before we look at the word or
    /// when we sleep, but never in between, where its wake-up would be lost.
    fn wait(&self, limit: Duration) -> bool {
        let since = Instant::now();
        if self.linger(|| limit != Duration::MAX && since.elapsed() > limit) {
            return true;
        }
        let mut asleep = self.gate.lock();
        loop {
            // Sets the mark while others sleep: it is then our turn to wake them.
            let mark = if *asleep > 0 { CONTENDED } else { 0 };
            if self.try_put(me() | mark) {
                return true;
            }
            if !self.mark() {
                continue; // It was released just now.
            }
            let Some(left) = limit.checked_sub(since.elapsed()) else {
                return false;
            };
            *asleep += 1;
            (asleep, _) = self.released.wait_timeout(asleep, left);
            *asleep -= 1;
        }
    }

    /// Releases the lock, and wakes one of the threads that wait; for the owner only.
    ///
    /// Release: the next owner sees all our writes.
    #[inline]
    pub fn release(&self) {
        if self.word.swap(FREE, Ordering::Release) & CONTENDED != 0 {
            self.wake_one();
        }
    }

    /// Tries a few times more before the thread sleeps, which takes far longer: most owners are
    /// about to release. Gives up if others already sleep, because then the owner is slow. Between
    /// two tries it does not write the word, or the owner would have to wait for its cache line. A yield
    /// may take long, if other programs want the processor.
    fn linger(&self, is_late: impl Fn() -> bool) -> bool {
        for _ in 0..LOOKS {
            yield_now();
            let word = self.word.load(Ordering::Relaxed);
            if word == FREE && self.try_acquire() {
                return true;
            }
            if word & CONTENDED != 0 || is_late() {
                return false;
            }
        }
        false
    }

    /// Stores `word` if the lock is [`FREE`]. Acquire: the other half of `release`'s Release.
    #[inline]
    fn try_put(&self, word: u64) -> bool {
        self.word
            .compare_exchange(FREE, word, Ordering::Acquire, Ordering::Relaxed)
            .is_ok()
    }

    /// Adds the mark to the owner's word; `false` if the word was free or has just changed.
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
