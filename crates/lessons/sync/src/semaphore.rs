//! Semaphore: lets a limited number of threads in at a time.

use std::borrow::Cow;
use std::time::Duration;

use monitor::Monitor;

use crate::error::Full;

/// A number of permits: acquiring takes one, and waits while there is none.
///
/// Any thread may release, even one that acquired nothing: so a semaphore can also count things
/// that one thread makes and another takes. [`permit`](Self::permit) is for the other use, a limit
/// on how many threads do something at the same time.
#[derive(Debug)]
pub struct Semaphore {
    permits: Monitor<usize>,
}

/// A permit of a [`Semaphore`], released when it is dropped.
#[must_use = "the permit is released at once if it is not kept"]
#[derive(Debug)]
pub struct Permit<'a>(&'a Semaphore);

impl Semaphore {
    /// A semaphore with `permits` permits, called `semaphore 1`, `semaphore 2`, and so on. 0 is
    /// useful if other threads release.
    #[must_use]
    pub const fn new(permits: usize) -> Self {
        Self {
            permits: Monitor::of_kind("semaphore", permits),
        }
    }

    /// A semaphore with `permits` permits and a name of its own.
    #[must_use]
    pub fn named(name: impl Into<Cow<'static, str>>, permits: usize) -> Self {
        Self {
            permits: Monitor::named(name, permits),
        }
    }

    /// Takes a permit, and keeps it until the guard is dropped. Blocks, without a limit, while
    /// there is none.
    pub fn permit(&self) -> Permit<'_> {
        self.acquire();
        Permit(self)
    }

    /// Takes a permit, which the caller has to [`release`](Self::release). Blocks, without a limit,
    /// while there is none.
    pub fn acquire(&self) {
        let permits = self.permits.lock();
        let mut permits = self.permits.wait_until(permits, |&permits| permits > 0);
        *permits -= 1;
    }

    /// Takes a permit if there is one, and returns whether it succeeded; never waits for one.
    #[must_use]
    pub fn try_acquire(&self) -> bool {
        let mut permits = self.permits.lock();
        if *permits == 0 {
            return false;
        }
        *permits -= 1;
        true
    }

    /// Takes a permit, and returns whether it succeeded. Blocks for `limit` at most while there is none.
    #[must_use]
    pub fn acquire_timeout(&self, limit: Duration) -> bool {
        let permits = self.permits.lock();
        let is_free = |&permits: &usize| permits > 0;
        let waited = self.permits.wait_until_timeout(permits, limit, is_free);
        let Ok(mut permits) = waited else {
            return false;
        };
        *permits -= 1;
        true
    }

    /// Adds a permit, and wakes a thread that waits for one.
    pub fn release(&self) {
        // `usize::MAX` releases would take centuries.
        let _below = self.release_below(usize::MAX);
    }

    /// Adds a permit and wakes a waiting thread if there are fewer than `most`; returns whether it did. The
    /// check and the addition are one step under the lock; otherwise two threads could both see room for the
    /// last one.
    fn release_below(&self, most: usize) -> bool {
        let mut permits = self.permits.lock();
        if *permits >= most {
            return false;
        }
        *permits += 1;
        self.permits.notify_one();
        true
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.0.release();
    }
}

/// A [`Semaphore`] that never has more permits than at the start: one release too many is an error.
#[derive(Debug)]
pub struct BoundedSemaphore {
    semaphore: Semaphore,
    most: usize,
}

impl BoundedSemaphore {
    /// A semaphore with `most` permits, which is also the limit.
    #[must_use]
    pub const fn new(most: usize) -> Self {
        let semaphore = Semaphore::new(most);
        Self { semaphore, most }
    }

    /// A semaphore with `most` permits, which is also the limit, and a name of its own.
    #[must_use]
    pub fn named(name: impl Into<Cow<'static, str>>, most: usize) -> Self {
        let semaphore = Semaphore::named(name, most);
        Self { semaphore, most }
    }

    /// Takes a permit. Blocks, without a limit, while there is none.
    pub fn acquire(&self) {
        self.semaphore.acquire();
    }

    /// Takes a permit if there is one, and returns whether it succeeded; never waits for one.
    #[must_use]
    pub fn try_acquire(&self) -> bool {
        self.semaphore.try_acquire()
    }

    /// Takes a permit, and returns whether it succeeded. Blocks for `limit` at most while there is none.
    #[must_use]
    pub fn acquire_timeout(&self, limit: Duration) -> bool {
        self.semaphore.acquire_timeout(limit)
    }

    /// Returns a permit, and wakes a thread that waits for one.
    ///
    /// # Errors
    /// [`Full`] when all permits are there; then nothing changes.
    pub fn release(&self) -> Result<(), Full> {
        if self.semaphore.release_below(self.most) {
            return Ok(());
        }
        Err(Full {
            semaphore: self.semaphore.permits.name().to_owned(),
            most: self.most,
        })
    }
}
