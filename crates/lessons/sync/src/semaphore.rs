//! Semaphore: a limited number of threads at a time.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::time::Duration;

use crate::condition::Condition;
use crate::lock::Lock;

/// A number of permits: acquiring takes one, and waits while there is none.
///
/// Any thread may release, also one that acquired nothing: so a semaphore can also count things
/// that one thread makes and another takes. [`permit`](Self::permit) is for the other use, a
/// limit on how many do something at the same time.
#[derive(Debug)]
pub struct Semaphore {
    permits: Lock<usize>,
    more: Condition,
}

/// A permit of a [`Semaphore`], given back when it is dropped.
#[must_use = "the permit is given back at once if it is not kept"]
#[derive(Debug)]
pub struct Permit<'a>(&'a Semaphore);

impl Semaphore {
    /// A semaphore with `permits` permits, called `semaphore 1`, `semaphore 2`, and so on; 0 is of
    /// use where others release.
    #[must_use]
    pub const fn new(permits: usize) -> Self {
        Self {
            permits: Lock::of_kind("semaphore", permits),
            more: Condition::new(),
        }
    }

    /// The same with a name of its own.
    #[must_use]
    pub fn named(name: impl Into<Cow<'static, str>>, permits: usize) -> Self {
        Self {
            permits: Lock::named(name, permits),
            more: Condition::new(),
        }
    }

    /// Waits, however long it takes, for a permit, and keeps it until the guard is dropped.
    pub fn permit(&self) -> Permit<'_> {
        self.acquire();
        Permit(self)
    }

    /// Waits, however long it takes, for a permit, and takes it: the caller owes a
    /// [`release`](Self::release).
    pub fn acquire(&self) {
        let permits = self.permits.lock();
        let mut permits = self.more.wait_until(permits, |&permits| permits > 0);
        *permits -= 1;
    }

    /// Takes a permit if there is one, and tells whether; never waits for one.
    #[must_use]
    pub fn try_acquire(&self) -> bool {
        let mut permits = self.permits.lock();
        let some = *permits > 0;
        if some {
            *permits -= 1;
        }
        some
    }

    /// Waits no longer than `limit` for a permit, and tells whether it has one.
    #[must_use]
    pub fn acquire_timeout(&self, limit: Duration) -> bool {
        let permits = self.permits.lock();
        let waited = self
            .more
            .wait_until_timeout(permits, limit, |&permits| permits > 0);
        let got = waited.map(|mut permits| *permits -= 1);
        got.is_ok()
    }

    /// Gives a permit, and wakes one that waits for it.
    pub fn release(&self) {
        // Counting to the end of `usize` takes centuries.
        let _below = self.release_below(usize::MAX);
    }

    /// The same if there are less than `most`, and tells whether. To look and to give are one
    /// step under the lock, or two threads could both see room for the last one.
    fn release_below(&self, most: usize) -> bool {
        let mut permits = self.permits.lock();
        let below = *permits < most;
        if below {
            *permits += 1;
            self.more.notify_one();
        }
        below
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.0.release();
    }
}

/// A [`Semaphore`] that never has more permits than it began with: it finds a release too many.
#[derive(Debug)]
pub struct BoundedSemaphore {
    semaphore: Semaphore,
    most: usize,
}

/// A release too many: the semaphore has all of its permits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Full {
    /// What the semaphore is called.
    pub semaphore: String,
    /// How many permits that is.
    pub most: usize,
}

impl BoundedSemaphore {
    /// A semaphore with `permits` permits, and never more.
    #[must_use]
    pub const fn new(permits: usize) -> Self {
        Self {
            semaphore: Semaphore::new(permits),
            most: permits,
        }
    }

    /// The same with a name of its own.
    #[must_use]
    pub fn named(name: impl Into<Cow<'static, str>>, permits: usize) -> Self {
        Self {
            semaphore: Semaphore::named(name, permits),
            most: permits,
        }
    }

    /// As [`Semaphore::acquire`].
    pub fn acquire(&self) {
        self.semaphore.acquire();
    }

    /// As [`Semaphore::try_acquire`].
    #[must_use]
    pub fn try_acquire(&self) -> bool {
        self.semaphore.try_acquire()
    }

    /// As [`Semaphore::acquire_timeout`].
    #[must_use]
    pub fn acquire_timeout(&self, limit: Duration) -> bool {
        self.semaphore.acquire_timeout(limit)
    }

    /// Gives a permit back, and wakes one that waits for it.
    ///
    /// # Errors
    /// [`Full`] when none was out; nothing has changed then.
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

impl fmt::Display for Full {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { semaphore, most } = self;
        write!(
            f,
            "cannot release {semaphore}: all of its permits ({most}) are there; \
             release only what was acquired"
        )
    }
}

impl Error for Full {}
