//! The lock inside an RLock, without a value: acquire and release by hand, as in the notes.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::time::Duration;

use crate::ownership::Ownership;
use crate::primitives::{AtomicU64, Ordering};
use crate::trace::Trace;

/// A re-entrant lock to acquire and release by hand: its owner may take it again, and it is free
/// when it was released as often as it was acquired.
///
/// It is here as a lesson. Whoever forgets a release, or leaves early between the two, leaves
/// it held for ever (`--bin lock-never-released`). Use an [`RLock`](crate::RLock), whose guard
/// cannot forget.
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
    /// Nobody holds the lock of this name.
    NotHeld(String),
    /// Another thread holds the lock of this name.
    HeldByAnother(String),
}

impl RawRLock {
    /// A free lock, called `rlock 1`, `rlock 2`, and so on.
    #[must_use]
    pub const fn new() -> Self {
        Self::with(Trace::new("rlock"))
    }

    /// A free lock with a name of its own.
    #[must_use]
    pub fn named(name: impl Into<Cow<'static, str>>) -> Self {
        Self::with(Trace::named(name.into()))
    }

    const fn with(trace: Trace) -> Self {
        Self {
            trace,
            ownership: Ownership::new(),
            depth: AtomicU64::new(0),
        }
    }

    /// Takes the lock; waits, however long it takes, while another thread holds it.
    #[inline]
    pub fn acquire(&self) {
        self.enter(|| {
            self.trace.waits();
            // The longest limit there is will do: it is some 10^11 years.
            self.ownership.take_timeout(Duration::MAX)
        });
    }

    /// Takes the lock unless another thread holds it, and tells whether; never waits.
    #[inline]
    #[must_use]
    pub fn try_acquire(&self) -> bool {
        self.enter(|| false)
    }

    /// Waits no longer than `limit` for the lock, and tells whether it was taken.
    #[inline]
    #[must_use]
    pub fn acquire_timeout(&self, limit: Duration) -> bool {
        self.enter(|| {
            self.trace.waits_to_a_limit();
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
    /// [`ReleaseError`] when the calling thread does not hold it; nothing has changed then.
    pub fn release(&self) -> Result<(), ReleaseError> {
        if self.ownership.is_mine() {
            self.leave();
            return Ok(());
        }
        let name = self.trace.name().to_owned();
        if self.ownership.is_nobodys() {
            return Err(ReleaseError::NotHeld(name));
        }
        Err(ReleaseError::HeldByAnother(name))
    }

    /// One step deeper if it is ours already, the first step if it is free; else asks `wait`.
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
        self.trace.acquired();
        true
    }

    /// One step back; for the owner.
    #[inline]
    pub(crate) fn leave(&self) {
        self.trace.releases();
        let depth = self.depth.load(Ordering::Relaxed) - 1;
        // Before giving up: behind that, the depth belongs to the next owner.
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
        match self {
            Self::NotHeld(lock) => {
                write!(
                    f,
                    "cannot release {lock}: nobody holds it; acquire it first"
                )
            }
            Self::HeldByAnother(lock) => write!(
                f,
                "cannot release {lock}: another thread holds it; let that one release it"
            ),
        }
    }
}

impl Error for ReleaseError {}
