//! One integer that several processes change without a lock.

use std::io;
use std::ops::Deref;
use std::sync::Arc;

use child::{Shareable, Shared};

/// An atomic in shared memory. A clone is another handle to the same atomic. Its methods are those
/// of the atomic itself:
///
/// ```
/// use std::sync::atomic::{AtomicI64, Ordering};
///
/// let hits = ipc_shared::AtomicValue::new(AtomicI64::new(0))?;
/// hits.fetch_add(1, Ordering::Relaxed);
/// assert_eq!(hits.load(Ordering::Relaxed), 1);
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// Each operation is one step, so a process that is killed leaves nothing half-done.
#[derive(Debug)]
pub struct AtomicValue<A>(Arc<Shared<A>>);

impl<A> Clone for AtomicValue<A> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<A: Shareable> AtomicValue<A> {
    /// Moves an atomic into shared memory.
    ///
    /// # Errors
    /// When the system has no memory to share.
    pub fn new(value: A) -> io::Result<Self> {
        Ok(Self(Arc::new(Shared::new(value)?)))
    }
}

impl<A> Deref for AtomicValue<A> {
    type Target = A;

    fn deref(&self) -> &A {
        &self.0
    }
}
