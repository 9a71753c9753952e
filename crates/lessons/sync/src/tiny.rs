//! Three locks in one file, on what std has: a mutex and a condition variable. (They come by way of
//! `explore::primitives`, so that every order of the threads can be tried.)
//!
//! A condition variable lets a thread sleep until another one notifies it of a change:
//!
//! ```text
//!   waiting thread                        changing thread
//!   lock the mutex                        lock the mutex
//!   while it is not so:                   change it
//!       wait (gives the mutex back,       give the mutex back
//!             sleeps, takes it again)     notify
//! ```
//!
//! `while`, not `if`: a woken thread first has to get the mutex again, and by then another may have
//! taken the lock. Question and `wait` are under one mutex: otherwise a notify could come after the
//! question and before the sleep, and be lost.
//!
//! Missing here: a guard (a panic between the two calls leaves the lock taken), a timeout. Next: a
//! file for each, such as `rlock.rs`.

use explore::primitives::{Condvar, Mutex, MutexGuard, PoisonError, ThreadId, current};

/// A lock: a flag, and threads that sleep while it is set.
#[derive(Default)]
pub struct Lock {
    is_held: Mutex<bool>,
    released: Condvar,
}

impl Lock {
    /// Takes the lock. Sleeps while another thread has it.
    pub fn acquire(&self) {
        let mut is_held = lock(&self.is_held);
        while *is_held {
            is_held = wait(&self.released, is_held);
        }
        *is_held = true;
    }

    /// Gives it back.
    pub fn release(&self) {
        *lock(&self.is_held) = false;
        // One is enough: only one can have it.
        self.released.notify_one();
    }
}

/// A semaphore: a number of permits, and threads that sleep while there is none.
pub struct Semaphore {
    permits: Mutex<usize>,
    added: Condvar,
}

impl Semaphore {
    /// A semaphore with this many permits.
    #[must_use]
    pub fn new(permits: usize) -> Self {
        let (permits, added) = (Mutex::new(permits), Condvar::new());
        Self { permits, added }
    }

    /// Takes a permit. Sleeps while there is none.
    pub fn acquire(&self) {
        let mut permits = lock(&self.permits);
        while *permits == 0 {
            permits = wait(&self.added, permits);
        }
        *permits -= 1;
    }

    /// Adds a permit.
    pub fn release(&self) {
        *lock(&self.permits) += 1;
        self.added.notify_one();
    }
}

/// A re-entrant lock: a mutex, an owner and a count. Its owner may take it again, and has to give
/// it back as often.
#[derive(Default)]
pub struct RLock {
    /// The owner, and how often it has the lock; `None` while it is free.
    held: Mutex<Option<(ThreadId, usize)>>,
    released: Condvar,
}

impl RLock {
    /// Takes the lock, once more if this thread has it. Sleeps while another thread has it.
    pub fn acquire(&self) {
        let me = current().id();
        let mut held = lock(&self.held);
        while held.is_some_and(|(owner, _)| owner != me) {
            held = wait(&self.released, held);
        }
        let count = held.map_or(0, |(_, count)| count);
        *held = Some((me, count + 1));
    }

    /// Gives it back once. The last time makes it free.
    ///
    /// # Panics
    /// When this thread does not have it.
    pub fn release(&self) {
        let mut held = lock(&self.held);
        let (owner, count) = held.expect("this lock is free: nothing to release");
        assert_eq!(owner, current().id(), "another thread has it");
        *held = (count > 1).then_some((owner, count - 1));
        if held.is_none() {
            self.released.notify_one();
        }
    }
}

/// std marks a mutex as poisoned when a thread panics while it holds it, as `RLock::release` may. Here
/// no value is ever half changed, so we go on.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn wait<'a, T>(changed: &Condvar, guard: MutexGuard<'a, T>) -> MutexGuard<'a, T> {
    changed.wait(guard).unwrap_or_else(PoisonError::into_inner)
}
