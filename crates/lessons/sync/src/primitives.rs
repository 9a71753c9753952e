//! All that this crate takes from outside for threads that meet, in one place.
//!
//! A model checker has stand-ins of the same names. With `--cfg explore` they take these places,
//! and every lock of this crate, its source as it is, runs in all the schedules that the checker
//! thinks of (`src/explore.rs`). Without it, nothing here is but std.

#[cfg(not(explore))]
pub(crate) use {
    common::{is_recording, is_watched, record},
    std::sync::atomic::AtomicU64,
    std::sync::{Condvar, Mutex, MutexGuard},
    std::thread::{ThreadId, current, sleep, yield_now},
    std::thread_local,
};

#[cfg(explore)]
pub(crate) use {
    crate::explore::{is_recording, is_recording as is_watched, record},
    shuttle::sync::atomic::AtomicU64,
    shuttle::sync::{Condvar, Mutex, MutexGuard},
    shuttle::thread::{ThreadId, current, sleep, yield_now},
    shuttle::thread_local,
};

pub(crate) use std::sync::atomic::Ordering;
pub(crate) use std::sync::{PoisonError, TryLockError};
pub(crate) use std::time::Instant;

/// How often a thread looks again before it sleeps. To a model checker each look is a turn, and
/// the second shows nothing that the first did not.
pub(crate) const LOOKS: u32 = if cfg!(explore) { 1 } else { 10 };
