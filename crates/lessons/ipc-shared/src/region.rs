//! Values of one type in shared memory, behind a lock: [`Value`](crate::Value) and
//! [`Array`](crate::Array) are made of one. All `unsafe` about the values is here.

use std::io;
use std::ptr::NonNull;
use std::sync::Arc;

use bytemuck::AnyBitPattern;
use common::Trace;

use crate::lock::LOCK_BYTES;
use crate::memory::Memory;
use crate::{Lock, LockGuard};

/// `len` values behind `lock`. A clone is another handle to the same memory.
#[derive(Debug)]
pub(crate) struct Region<T> {
    lock: Lock,
    first: NonNull<T>,
    len: usize,
    /// Keeps the memory mapped.
    _memory: Arc<Memory>,
}

// SAFETY: the values are only reached with the lock held (`slice`, `slice_mut`), and the lock
// keeps threads apart as it keeps processes apart. A value may change its thread: it is plain
// bytes (`AnyBitPattern` has no destructor and no address).
unsafe impl<T: AnyBitPattern> Send for Region<T> {}
// SAFETY: a shared reference gives values out only with the lock held, and the lock keeps threads
// apart; and the values may be used by any thread, since they are plain bytes.
unsafe impl<T: AnyBitPattern> Sync for Region<T> {}

impl<T> Clone for Region<T> {
    fn clone(&self) -> Self {
        Self {
            lock: self.lock.clone(),
            first: self.first,
            len: self.len,
            _memory: Arc::clone(&self._memory),
        }
    }
}

impl<T: AnyBitPattern> Region<T> {
    /// Creates `len` values, all bytes zero, with a lock of their own beside them.
    pub(crate) fn new(kind: &'static str, len: usize) -> io::Result<Self> {
        let memory = Memory::new(LOCK_BYTES + size_of_values::<T>(len)?)?;
        let lock = Lock::at_start_of(&memory, Trace::new(kind))?;
        // SAFETY: the mapping is at least LOCK_BYTES long, so this stays inside it or at its end.
        let first = unsafe { memory.start().add(LOCK_BYTES) };
        Ok(Self::place(lock, memory, first, len))
    }

    /// Creates `len` values, all bytes zero, behind an existing lock.
    pub(crate) fn with_lock(lock: &Lock, len: usize) -> io::Result<Self> {
        let memory = Memory::new(size_of_values::<T>(len)?.max(1))?;
        let first = memory.start();
        Ok(Self::place(lock.clone(), memory, first, len))
    }

    fn place(lock: Lock, memory: Arc<Memory>, first: NonNull<u8>, len: usize) -> Self {
        // The values begin this far into a page.
        const { assert!(align_of::<T>() <= LOCK_BYTES) };
        Self {
            lock,
            first: first.cast(),
            len,
            _memory: memory,
        }
    }

    /// Fills the region with `values`, which have to be as many as its own.
    pub(crate) fn filled(self, values: &[T]) -> io::Result<Self> {
        let mut held = self.lock.acquire().map_err(io::Error::other)?;
        self.slice_mut(&mut held).copy_from_slice(values);
        drop(held);
        Ok(self)
    }

    #[inline]
    pub(crate) fn lock(&self) -> &Lock {
        &self.lock
    }

    /// Returns the values for reading, for as long as a guard of this lock is borrowed.
    #[inline]
    pub(crate) fn slice<'a>(&'a self, held: &'a LockGuard<'_>) -> &'a [T] {
        self.lend_under(held);
        // SAFETY: `first` is aligned and starts `len` values that were mapped as zero bytes and
        // only ever written whole or in part with bytes of a `T`: any bytes are a `T`. No other
        // code writes meanwhile, since writing borrows the same guard exclusively. (A guard that is
        // leaked keeps the lock, and a process whose guard has lent values cannot fork. When the
        // thread of a leaked guard ends, its process gets no other guard, and other processes find
        // the lock poisoned, as after a death: they reach the values only by `recover`.)
        unsafe { std::slice::from_raw_parts(self.first.as_ptr(), self.len) }
    }

    /// Returns the values for changing, for as long as a guard of this lock is borrowed.
    #[inline]
    pub(crate) fn slice_mut<'a>(&'a self, held: &'a mut LockGuard<'_>) -> &'a mut [T] {
        self.lend_under(held);
        // SAFETY: `first` is aligned and starts `len` values, of which any bytes are one (see `slice`).
        // No other code reads or writes: this borrow of the only guard is exclusive.
        unsafe { std::slice::from_raw_parts_mut(self.first.as_ptr(), self.len) }
    }

    /// Checks that this is the guard, and records that it lends the values.
    #[inline]
    fn lend_under(&self, held: &LockGuard<'_>) {
        assert!(
            held.is_of(&self.lock),
            "the guard is of another lock or process than these values"
        );
        self.lock.note_lent();
    }
}

fn size_of_values<T>(len: usize) -> io::Result<usize> {
    let bytes = len.checked_mul(size_of::<T>());
    let fits = bytes.filter(|&bytes| isize::try_from(bytes).is_ok_and(|b| b < isize::MAX - 4096));
    fits.ok_or_else(|| {
        let text = format!("cannot share {len} values: more bytes than memory has");
        io::Error::new(io::ErrorKind::InvalidInput, text)
    })
}
