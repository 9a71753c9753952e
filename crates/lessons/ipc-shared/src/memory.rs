//! The memory of a lock and of the values that it guards, as one process has it mapped.

use std::io;
use std::mem::ManuallyDrop;
use std::ptr::NonNull;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use child::{Mapping, generation};

/// A mapping that a lock may lie in.
#[derive(Debug)]
pub(crate) struct Memory {
    mapping: ManuallyDrop<Mapping>,
    /// The generation of the process that holds the lock, plus 1; a child has a copy. 0: free.
    held_in: AtomicU32,
}

impl Memory {
    pub(crate) fn new(len_bytes: usize) -> io::Result<Arc<Self>> {
        Ok(Arc::new(Self {
            mapping: ManuallyDrop::new(Mapping::new(len_bytes)?),
            held_in: AtomicU32::new(0),
        }))
    }

    pub(crate) fn start(&self) -> NonNull<u8> {
        self.mapping.start()
    }

    /// Notes that this process has taken the lock; false if it had, and has not returned it.
    #[inline]
    pub(crate) fn note_taken(&self) -> bool {
        let (before, now) = (self.held_in.load(Ordering::Relaxed), generation() + 1);
        self.held_in.store(now, Ordering::Relaxed);
        before != now
    }

    #[inline]
    pub(crate) fn note_returned(&self) {
        self.held_in.store(0, Ordering::Relaxed);
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        // A guard that was forgotten (`mem::forget`) has left the mutex in the list of its
        // thread, and the C library would write to the place where it was. So it stays there.
        if *self.held_in.get_mut() == 0 {
            // SAFETY: this is drop, so no code uses the mapping after it.
            unsafe { ManuallyDrop::drop(&mut self.mapping) };
        }
    }
}
