//! The memory of a lock and of the values that it guards, as it is mapped in one process.

use std::io;
use std::mem::ManuallyDrop;
use std::ptr::NonNull;
use std::sync::Arc;

use child::Mapping;
use child::holding::Holding;

/// A mapping that may contain a lock.
#[derive(Debug)]
pub(crate) struct Memory {
    mapping: ManuallyDrop<Mapping>,
    pub(crate) holding: Holding,
}

impl Memory {
    pub(crate) fn new(len_bytes: usize) -> io::Result<Arc<Self>> {
        Ok(Arc::new(Self {
            mapping: ManuallyDrop::new(Mapping::new(len_bytes)?),
            holding: Holding::new(),
        }))
    }

    pub(crate) fn start(&self) -> NonNull<u8> {
        self.mapping.start()
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        // A forgotten guard (`mem::forget`) has left the mutex in its thread's list of held mutexes,
        // and the C library would write to the mutex's address. So the memory stays mapped.
        if !self.holding.is_noted() {
            // SAFETY: this is drop, so no code uses the mapping after it.
            unsafe { ManuallyDrop::drop(&mut self.mapping) };
        }
    }
}
