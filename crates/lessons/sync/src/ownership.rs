//! Who owns a lock, in one word; and where the others wait.

use std::cell::Cell;
use std::time::Duration;

use explore::primitives::atomic::{AtomicU64, Ordering};
use explore::primitives::{Condvar, Instant, LOOKS, Mutex, PoisonError, thread_local, yield_now};

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

/// One owner at a time. Taking it when it is free and giving it up is one atomic step each; the gate
/// is for threads that have to wait.
#[derive(Debug)]
pub(crate) struct Ownership {
    /// [`FREE`], or the number of the owner, perhaps with [`CONTENDED`].
    word: AtomicU64,
    /// How many sleep.
    gate: Mutex<usize>,
    given_up: Condvar,
}

impl Ownership {
    pub(crate) const fn new() -> Self {
        Self {
            word: AtomicU64::new(FREE),
            gate: Mutex::new(0),
            given_up: Condvar::new(),
        }
    }

    /// Whether the calling thread is the owner. It needs no order: our own number is in the word
    /// only if we put it there, and until we take it away.
    #[inline]
    pub(crate) fn is_mine(&self) -> bool {
        self.word.load(Ordering::Relaxed) & !CONTENDED == me()
    }

    /// Whether there is no owner, at this moment.
    pub(crate) fn is_free(&self) -> bool {
        self.word.load(Ordering::Relaxed) == FREE
    }

    /// Takes it if it is free, and returns whether it did; never blocks.
    #[inline]
    pub(crate) fn try_take(&self) -> bool {
        self.try_put(me())
    }

    /// Takes it; blocks for `limit` at most. Returns whether it was taken.
    ///
    /// Marking the word as contended and falling asleep are one step under the gate. An owner that
    /// gives up passes the gate before it wakes: it does so before we look at the word, or when we
    /// sleep, but never in between, where its call would be lost.
    #[cold]
    pub(crate) fn take_timeout(&self, limit: Duration) -> bool {
        if self.linger() {
            return true;
        }
        let since = Instant::now();
        let mut asleep = self.gate.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            // With the mark while others sleep: we are the one to wake them.
            let mark = if *asleep > 0 { CONTENDED } else { 0 };
            if self.try_put(me() | mark) {
                return true;
            }
            if !self.mark() {
                continue; // Given up just now.
            }
            let Some(left) = limit.checked_sub(since.elapsed()) else {
                return false;
            };
            *asleep += 1;
            let slept = self.given_up.wait_timeout(asleep, left);
            (asleep, _) = slept.unwrap_or_else(PoisonError::into_inner);
            *asleep -= 1;
        }
    }

    /// Gives it up, and wakes one of those that wait; for the owner only.
    ///
    /// Release: the next owner sees all that we did.
    #[inline]
    pub(crate) fn give_up(&self) {
        if self.word.swap(FREE, Ordering::Release) & CONTENDED != 0 {
            self.wake_one();
        }
    }

    /// Looks a few times more before it sleeps, which takes far longer: most owners are about to
    /// give up. Not when others sleep already, for then the owner is a slow one. In between it
    /// leaves the word alone, or the owner would have to wait for its cache line.
    fn linger(&self) -> bool {
        for _ in 0..LOOKS {
            yield_now();
            let word = self.word.load(Ordering::Relaxed);
            if word == FREE && self.try_take() {
                return true;
            }
            if word & CONTENDED != 0 {
                return false;
            }
        }
        false
    }

    /// Puts `word` where [`FREE`] was. Acquire: the other half of `give_up`'s Release.
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
        self.given_up.notify_one();
    }
}
