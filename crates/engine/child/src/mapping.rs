//! Memory that `fork` does not copy: parent and children see the same bytes.

use std::io;
use std::marker::PhantomData;
use std::mem;
use std::num::NonZeroUsize;
use std::ops::Deref;
use std::ptr::NonNull;
use std::sync::atomic::{
    AtomicBool, AtomicI8, AtomicI16, AtomicI32, AtomicI64, AtomicIsize, AtomicU8, AtomicU16,
    AtomicU32, AtomicU64, AtomicUsize,
};

use nix::libc::c_void;
use nix::sys::mman::{MapFlags, ProtFlags, mmap_anonymous, munmap};

/// Bytes, all zero at first, that this process shares with every child that it forks later.
///
/// Drop unmaps them from this process. The memory is freed when the last process has unmapped it or
/// has died, even if it was killed. It has no name, so nothing is left in /dev/shm.
///
/// Source: mmap(2), `MAP_SHARED | MAP_ANONYMOUS`.
#[derive(Debug)]
pub struct Mapping {
    start: NonNull<c_void>,
    len_bytes: NonZeroUsize,
}

// SAFETY: a mapping is an address and a length; code that reads or writes through the address has
// to say why that is sound, between threads as between processes.
unsafe impl Send for Mapping {}
// SAFETY: a shared reference gives out only the address and the length, which do not change.
unsafe impl Sync for Mapping {}

impl Mapping {
    /// Maps at least `len_bytes` bytes, in whole pages.
    ///
    /// # Errors
    /// When the length is 0, or the system has no memory for it.
    pub fn new(len_bytes: usize) -> io::Result<Self> {
        let text = "cannot share 0 bytes of memory";
        let len_bytes = NonZeroUsize::new(len_bytes)
            .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, text))?;
        // SAFETY: the kernel chooses the place, so nothing that exists is mapped over.
        let start = unsafe {
            mmap_anonymous(
                None,
                len_bytes,
                ProtFlags::PROT_READ | ProtFlags::PROT_WRITE,
                MapFlags::MAP_SHARED,
            )
        };
        let start = start.map_err(|errno| {
            let error = io::Error::from(errno);
            let text = format!("cannot share {len_bytes} bytes of memory: {error}");
            io::Error::new(error.kind(), text)
        })?;
        Ok(Self { start, len_bytes })
    }

    /// The address of the first byte: the start of a page, so that any type is aligned there.
    #[must_use]
    pub fn start(&self) -> NonNull<u8> {
        self.start.cast()
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        // SAFETY: mapped here, with this length, and no code can reach it after drop.
        let unmapped = unsafe { munmap(self.start, self.len_bytes.get()) };
        debug_assert_eq!(unmapped, Ok(()), "the arguments are those of the mapping");
    }
}

/// A type whose values may lie in memory that several processes use at the same time.
///
/// # Safety
/// The type must hold no address (each process could have something else there, or nothing),
/// and `&T` must be enough to change it from several processes at once without a data race:
/// through atomics, or under a lock that works between processes.
pub unsafe trait Shareable: Sync {}

macro_rules! shareable {
    ($($atomic:ty)*) => { $(
        // SAFETY: an atomic holds no address, and its operations are the processor's own, which
        // do not ask which process they come from.
        unsafe impl Shareable for $atomic {}
    )* };
}

shareable! {
    AtomicBool AtomicI8 AtomicI16 AtomicI32 AtomicI64 AtomicIsize
    AtomicU8 AtomicU16 AtomicU32 AtomicU64 AtomicUsize
}

/// A value in shared memory: like a `Box`, for all processes forked after it was made.
///
/// Drop unmaps the memory and does not drop the value, which other processes may be using.
#[derive(Debug)]
pub struct Shared<T> {
    mapping: Mapping,
    value: PhantomData<T>,
}

impl<T: Shareable> Shared<T> {
    /// Moves `value` into shared memory.
    ///
    /// # Errors
    /// When the system has no memory to share.
    pub fn new(value: T) -> io::Result<Self> {
        const {
            assert!(
                !mem::needs_drop::<T>(),
                "no process could know when to drop it"
            )
        };
        const { assert!(mem::align_of::<T>() <= 4096, "a mapping begins at a page") };
        let mapping = Mapping::new(mem::size_of::<T>())?;
        let place = mapping.start().cast::<T>();
        // SAFETY: the mapping is large enough, aligned to a page, and ours alone until `new`
        // returns.
        unsafe { place.write(value) };
        Ok(Self {
            mapping,
            value: PhantomData,
        })
    }
}

impl<T> Deref for Shared<T> {
    type Target = T;

    fn deref(&self) -> &T {
        let place = self.mapping.start().cast::<T>();
        // SAFETY: written by `new`, mapped as long as `self` lives, and never moved or dropped;
        // that others may use it at the same time is what `Shareable` allows.
        unsafe { place.as_ref() }
    }
}
