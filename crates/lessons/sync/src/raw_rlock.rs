//! The lock inside an RLock, without a value: acquire and release by hand, as in the notes.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::time::Duration;

use common::Trace;
use explore::primitives::atomic::{AtomicU64, Ordering};

use crate::ownership::Ownership;

/// A re-entrant lock to acquire and release by hand: its owner may take it again, and it is free
/// when it was released as often as it was acquired.
///
/// A thread that forgets a release, or returns early between the two, leaves it held forever
/// (`--bin lock-never-released`). Use an [`RLock`](crate::RLock), whose guard cannot forget.
#[derive(Debug)]
pub struct RawRLock {
    trace: Trace,
    ownership: Ownership,
    /// How often the owner has it. Only the owner looks at it, so it needs no order of its own.
    depth: AtomicU64,
}

/// Why a release did nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReleaseError {
    /// The lock of this name is free.
    NotHeld(String),
    /// Another thread holds the lock of this name.
    HeldByAnother(String),
}

impl RawRLock {
    /// A free lock, called `rlock 1`, `rlock 2`, and so on.
    #[must_use]
    pub const fn new() -> Self {
        Self::with(Trace::at_first_use("rlock"))
    }

    /// A free lock with a name of its own.
    #[must_use]
    pub fn named(name: impl Into<Cow<'static, str>>) -> Self {
        Self::with(Trace::named_own(name))
    }

    const fn with(trace: Trace) -> Self {
        Self {
            trace,
            ownership: Ownership::new(),
            depth: AtomicU64::new(0),
        }
    }

    /// Takes the lock. Blocks, without a limit, while another thread has it.
    #[inline]
    pub fn acquire(&self) {
        self.recorded(|| {
            self.trace.waits();
            // The longest limit there is will do: it is some 10^11 years.
            self.ownership.take_timeout(Duration::MAX)
        });
    }

    /// Takes the lock unless another thread has it, and returns whether it did; never blocks.
    #[inline]
    #[must_use]
    pub fn try_acquire(&self) -> bool {
        self.recorded(|| false)
    }

    /// Takes the lock. Blocks for `limit` at most while another thread has it; returns whether it
    /// was taken.
    #[inline]
    #[must_use]
    pub fn acquire_timeout(&self, limit: Duration) -> bool {
        self.recorded(|| {
            self.trace.waits_for_a_time();
            let taken = self.ownership.take_timeout(limit);
            if !taken {
                self.trace.gives_up();
            }
            taken
        })
    }

    /// Gives the lock back once; it is free when that was done as often as it was acquired.
    ///
    /// # Errors
    /// [`ReleaseError`] when the calling thread does not have it; nothing has changed then.
    pub fn release(&self) -> Result<(), ReleaseError> {
        if self.ownership.is_mine() {
            self.release_own();
            return Ok(());
        }
        let name = self.trace.name().to_owned();
        if self.ownership.is_free() {
            return Err(ReleaseError::NotHeld(name));
        }
        Err(ReleaseError::HeldByAnother(name))
    }

    /// Gives it back once; for the owner.
    #[inline]
    pub(crate) fn release_own(&self) {
        self.trace.releases();
        self.leave();
    }

    #[inline]
    fn recorded(&self, wait: impl FnOnce() -> bool) -> bool {
        let taken = self.enter(wait);
        if taken {
            self.trace.acquired();
        }
        taken
    }

    /// One step deeper if it is ours already, the first step if it is free. Otherwise calls `wait`,
    /// which returns whether it took it for us.
    #[inline]
    fn enter(&self, wait: impl FnOnce() -> bool) -> bool {
        if self.ownership.is_mine() {
            let depth = self.depth.load(Ordering::Relaxed);
            self.depth.store(depth + 1, Ordering::Relaxed);
        } else if self.ownership.try_take() || wait() {
            self.depth.store(1, Ordering::Relaxed);
        } else {
            return false;
        }
        true
    }

    /// One step back; the last one gives the lock up.
    #[inline]
    fn leave(&self) {
        let depth = self.depth.load(Ordering::Relaxed) - 1;
        // Before giving up: after that, the depth belongs to the next owner.
        self.depth.store(depth, Ordering::Relaxed);
        if depth == 0 {
            self.ownership.give_up();
        }
    }
}

impl Default for RawRLock {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Display for ReleaseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (lock, why) = match self {
            Self::NotHeld(lock) => (lock, "nobody holds it; acquire it first"),
            Self::HeldByAnother(lock) => (lock, "another thread holds it; let that one release it"),
        };
        write!(f, "cannot release {lock}: {why}")
    }
}

impl Error for ReleaseError {}
