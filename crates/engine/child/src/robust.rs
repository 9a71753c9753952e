//! A mutex for several processes that survives SIGKILL of its owner. All of its `unsafe` code is
//! here.
//!
//! The kernel has a list of the robust mutexes that a thread holds. When the thread dies, the
//! kernel marks each of them and wakes a waiter, whose `lock` returns `EOWNERDEAD`.
//!
//! A release wakes one waiter. If that one is killed before it has the lock, and another process
//! meanwhile takes and releases the lock without seeing a waiter, the others are not woken. So a
//! waiter sleeps for a short time only, and tries the lock again after each sleep.
//!
//! Source: `pthread_mutexattr_setrobust(3)`, `pthread_mutexattr_setpshared(3)`; in the kernel,
//! Documentation/locking/robust-futexes.rst.

use std::cell::UnsafeCell;
use std::io;
use std::mem::MaybeUninit;
use std::time::{Duration, Instant};

use nix::libc::{self, c_int, clockid_t, pthread_mutex_t, pthread_mutexattr_t, timespec};
use nix::time::{ClockId, clock_gettime};

use crate::patience::Patience;

unsafe extern "C" {
    /// Like `pthread_mutex_timedlock`, but with a clock that is never set back (glibc 2.30).
    fn pthread_mutex_clocklock(
        mutex: *mut pthread_mutex_t,
        clock: clockid_t,
        until: *const timespec,
    ) -> c_int;
}

/// The longest time between two attempts to take the lock.
const LONGEST_SLEEP: Duration = Duration::from_millis(100);

/// How long the next sleep may be; `None` when the patience is over.
fn next_sleep(patience: Patience) -> Option<Duration> {
    match patience {
        Patience::None => None,
        Patience::Forever => Some(LONGEST_SLEEP),
        Patience::Until(deadline) => {
            let left = deadline.saturating_duration_since(Instant::now());
            (!left.is_zero()).then(|| left.min(LONGEST_SLEEP))
        }
    }
}

/// The result of an attempt to take the mutex.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// The caller holds it.
    Acquired,
    /// The caller holds it, and its last owner died while holding it.
    FromDeadOwner,
    /// Another thread holds it, and the patience is over.
    WouldBlock,
    /// The calling thread already holds it.
    AlreadyHeld,
}

/// The mutex itself. It must not move, so it lives in a mapping from the start.
#[derive(Debug)]
#[repr(transparent)]
pub struct RobustMutex(UnsafeCell<pthread_mutex_t>);

// SAFETY: a pthread mutex is made to be used by several threads at once.
unsafe impl Sync for RobustMutex {}

impl RobustMutex {
    /// Makes a mutex at `place`.
    ///
    /// # Errors
    /// When the system refuses, which Linux does not.
    ///
    /// # Safety
    /// `place` is in shared memory, valid for writes, aligned, and not used by other code yet.
    pub unsafe fn init(place: *mut Self) -> io::Result<()> {
        let mut attributes = MaybeUninit::<pthread_mutexattr_t>::uninit();
        let attributes = attributes.as_mut_ptr();
        // SAFETY: init makes the attributes at a place that is large enough.
        check(unsafe { libc::pthread_mutexattr_init(attributes) })?;
        // SAFETY: the attributes have been made.
        check(unsafe {
            libc::pthread_mutexattr_setpshared(attributes, libc::PTHREAD_PROCESS_SHARED)
        })?;
        // SAFETY: the attributes have been made.
        check(unsafe {
            libc::pthread_mutexattr_setrobust(attributes, libc::PTHREAD_MUTEX_ROBUST)
        })?;
        // A second lock by the owner is an error and no endless wait.
        // SAFETY: the attributes have been made.
        check(unsafe {
            libc::pthread_mutexattr_settype(attributes, libc::PTHREAD_MUTEX_ERRORCHECK)
        })?;
        // SAFETY: the caller vouches for `place`; the type is transparent.
        check(unsafe { libc::pthread_mutex_init(place.cast(), attributes) })?;
        // SAFETY: made above, used for the last time.
        check(unsafe { libc::pthread_mutexattr_destroy(attributes) })
    }

    /// Takes the mutex. Blocks until it is free, for as long as `patience` allows.
    #[inline]
    pub fn lock(&self, patience: Patience) -> Taken {
        // SAFETY: `self` was made by `init`, and the mapping lives as long as `self`.
        let code = unsafe { libc::pthread_mutex_trylock(self.0.get()) };
        match self.taken(code) {
            Taken::WouldBlock => self.wait(patience),
            taken => taken,
        }
    }

    #[cold]
    fn wait(&self, patience: Patience) -> Taken {
        while let Some(limit) = next_sleep(patience) {
            let until = timespec_after(limit);
            // Each call marks the mutex again as waited for, in case the mark was lost.
            // SAFETY: made by `init`, in a mapping that lives as long as `self`; `until` outlives the call.
            let code = unsafe {
                pthread_mutex_clocklock(self.0.get(), libc::CLOCK_MONOTONIC, &raw const until)
            };
            match self.taken(code) {
                Taken::WouldBlock => {}
                taken => return taken,
            }
        }
        Taken::WouldBlock
    }

    /// Converts the return code of pthreads. A mutex that was taken is consistent afterwards.
    #[inline]
    fn taken(&self, code: c_int) -> Taken {
        match code {
            0 => Taken::Acquired,
            libc::EOWNERDEAD => {
                // There is nothing in the mutex to repair. If we die before this line, the next
                // owner receives EOWNERDEAD instead of us.
                // SAFETY: we own the mutex and it is inconsistent, as this call demands.
                let code = unsafe { libc::pthread_mutex_consistent(self.0.get()) };
                debug_assert_eq!(code, 0, "we own it");
                Taken::FromDeadOwner
            }
            libc::EBUSY | libc::ETIMEDOUT => Taken::WouldBlock,
            libc::EDEADLK => Taken::AlreadyHeld,
            code => unreachable!("a robust mutex that is always made consistent gives no {code}"),
        }
    }

    /// Releases the mutex. Only the owner may call this, which the guards ensure.
    #[inline]
    pub fn unlock(&self) {
        // SAFETY: made by `init`, mapped as long as `self`.
        let code = unsafe { libc::pthread_mutex_unlock(self.0.get()) };
        debug_assert_eq!(code, 0, "only the owner unlocks");
    }
}

fn check(code: c_int) -> io::Result<()> {
    match code {
        0 => Ok(()),
        code => Err(io::Error::from_raw_os_error(code)),
    }
}

/// The time `limit` from now, on the kernel's monotonic clock.
fn timespec_after(limit: Duration) -> timespec {
    let now = clock_gettime(ClockId::CLOCK_MONOTONIC).expect("Linux always has this clock");
    let until = Duration::from(now) + limit;
    timespec {
        tv_sec: libc::time_t::try_from(until.as_secs()).unwrap_or(libc::time_t::MAX),
        tv_nsec: until.subsec_nanos().into(),
    }
}
