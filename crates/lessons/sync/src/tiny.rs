//! A lock, a semaphore and an RLock in one file, made of std's mutex and condition variable. (They are
//! imported from `explore::primitives`, without poison, so that tests can try every order of the threads.)
//!
//! A condition variable lets a thread sleep until another one notifies it of a change:
//!
//! ```text
//!   waiting thread                        changing thread
//!   lock the mutex                        lock the mutex
//!   while the condition is false:         change the value
//!       wait (gives the mutex back,       give the mutex back
//!             sleeps, takes it again)     notify
//! ```
//!
//! `while`, not `if`: a woken thread first has to get the mutex again, and by then another may have taken
//! the lock. The check and `wait` are under one mutex, and so is the change: it comes before the check,
//! which sees it, or after `wait` has begun, and then the notify finds the sleeper.
//!
//! It fails when a thread panics between `acquire` and `release` (the lock stays taken); it has no timeout.
//! Next: `reentry.rs` and `rlock.rs`; `semaphore.rs`. (The library's `Lock` is std's mutex with a name.)

use explore::primitives::{Condvar, Mutex, ThreadId, current};

/// A lock: a flag. The mutex is held only to look at the flag or to change it; the lock may be held for long.
#[derive(Default)]
pub struct Lock {
    is_held: Mutex<bool>,
    released: Condvar,
}

impl Lock {
    /// Takes the lock. Sleeps while another thread has it.
    pub fn acquire(&self) {
        let mut is_held = self.is_held.lock();
        while *is_held {
            is_held = self.released.wait(is_held);
        }
        *is_held = true;
    }

    /// Releases the lock, and wakes one thread that waits for it.
    pub fn release(&self) {
        *self.is_held.lock() = false;
        // One is enough: only one thread can take the lock.
        self.released.notify_one();
    }
}

/// A semaphore: a number of permits, and threads that sleep while there is none.
pub struct Semaphore {
    permits: Mutex<usize>,
    added: Condvar,
}

impl Semaphore {
    /// A semaphore with `permits` permits.
    #[must_use]
    pub fn new(permits: usize) -> Self {
        let (permits, added) = (Mutex::new(permits), Condvar::new());
        Self { permits, added }
    }

    /// Takes a permit. Sleeps while there is none.
    pub fn acquire(&self) {
        let mut permits = self.permits.lock();
        while *permits == 0 {
            permits = self.added.wait(permits);
        }
        *permits -= 1;
    }

    /// Adds a permit, and wakes one thread that waits for one.
    pub fn release(&self) {
        *self.permits.lock() += 1;
        self.added.notify_one();
    }
}

/// A re-entrant lock: a mutex, an owner and a count. Its owner may take it again, and has to
/// release it as often.
#[derive(Default)]
pub struct RLock {
    /// The owner, and how often it has taken the lock; `None` while it is free.
    held: Mutex<Option<(ThreadId, usize)>>,
    released: Condvar,
}

impl RLock {
    /// Takes the lock, or takes it once more if this thread has it. Sleeps while another thread has it.
    pub fn acquire(&self) {
        let me = current().id();
        let mut held = self.held.lock();
        while held.is_some_and(|(owner, _)| owner != me) {
            held = self.released.wait(held);
        }
        let count = held.map_or(0, |(_, count)| count);
        *held = Some((me, count + 1));
    }

    /// Releases the lock once. The last release frees it, and wakes one thread that waits for it.
    ///
    /// # Panics
    /// When this thread does not have the lock; then nothing changes.
    pub fn release(&self) {
        let mut held = self.held.lock();
        let (owner, count) = held.expect("this lock is free: nothing to release");
        assert_eq!(owner, current().id(), "another thread has it");
        if count > 1 {
            *held = Some((owner, count - 1));
        } else {
            *held = None;
            drop(held);
            self.released.notify_one();
        }
    }
}
