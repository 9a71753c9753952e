//! Who owns a lock, in one word; and where the others wait.

use std::time::Duration;

use crate::owner::me;
use crate::primitives::{
    AtomicU64, Condvar, Instant, LOOKS, Mutex, Ordering, PoisonError, yield_now,
};

/// In the word: nobody owns it.
const NOBODY: u64 = 0;

/// Added to the owner's number while others may sleep at the gate.
const CONTENDED: u64 = 1;

/// One owner at a time. Taking a free one and giving it up is one atomic step each; the gate is
/// for those that have to wait.
#[derive(Debug)]
pub(crate) struct Ownership {
    /// [`NOBODY`], or the number of the owner, perhaps with [`CONTENDED`].
    word: AtomicU64,
    /// How many sleep.
    gate: Mutex<usize>,
    given_up: Condvar,
}

impl Ownership {
    pub(crate) const fn new() -> Self {
        Self {
            word: AtomicU64::new(NOBODY),
            gate: Mutex::new(0),
            given_up: Condvar::new(),
        }
    }

    /// Whether the calling thread is the owner. Others come and go while we look, but our own
    /// number is there only if we put it there, and until we take it away: that needs no order.
    #[inline]
    pub(crate) fn is_mine(&self) -> bool {
        self.word.load(Ordering::Relaxed) & !CONTENDED == me()
    }

    /// Whether there is no owner, at this moment.
    pub(crate) fn is_nobodys(&self) -> bool {
        self.word.load(Ordering::Relaxed) == NOBODY
    }

    /// Takes it if it is nobody's, and tells whether; never waits.
    #[inline]
    pub(crate) fn try_take(&self) -> bool {
        self.try_put(me())
    }

    /// Waits no longer than `limit`, and tells whether it was taken.
    ///
    /// To mark the word as contended and to fall asleep are one step under the gate. An owner
    /// that gives up passes the gate before it wakes: so it does that before we look at the
    /// word, or when we sleep, but never in between, where its call would be lost.
    #[cold]
    pub(crate) fn take_timeout(&self, limit: Duration) -> bool {
        if self.linger() {
            return true;
        }
        let since = Instant::now();
        let mut asleep = self.gate.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            // Taken with the mark while others sleep: they are still to be woken, by us.
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
    /// Release: all that we did is done for whoever takes it next.
    #[inline]
    pub(crate) fn give_up(&self) {
        if self.word.swap(NOBODY, Ordering::Release) & CONTENDED != 0 {
            self.wake_one();
        }
    }

    /// Looks a few times more, and tells whether it was taken: most owners are about to give up,
    /// and to fall asleep and be woken takes far longer than that. In between it leaves the word
    /// alone, or the owner would wait for us to have read it. Not when others sleep already: then
    /// the owner is a slow one.
    fn linger(&self) -> bool {
        for _ in 0..LOOKS {
            yield_now();
            let word = self.word.load(Ordering::Relaxed);
            if word == NOBODY && self.try_take() {
                return true;
            }
            if word & CONTENDED != 0 {
                return false;
            }
        }
        false
    }

    /// Puts `word` in the place of nobody. Acquire: the other half of `give_up`'s Release.
    #[inline]
    fn try_put(&self, word: u64) -> bool {
        self.word
            .compare_exchange(NOBODY, word, Ordering::Acquire, Ordering::Relaxed)
            .is_ok()
    }

    /// Tells the owner that somebody waits; `false` when it is gone meanwhile.
    fn mark(&self) -> bool {
        let held = self.word.load(Ordering::Relaxed);
        let marked = held | CONTENDED;
        held != NOBODY
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
