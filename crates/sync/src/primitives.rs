//! All that this crate takes from std for threads that meet, in one place.
//!
//! A model checker has stand-ins of the same names. Whoever explores the schedules of these
//! locks changes these lines, and nothing else.

pub(crate) use std::sync::atomic::{AtomicU64, Ordering};
pub(crate) use std::sync::{Condvar, Mutex, MutexGuard, OnceLock, PoisonError, TryLockError};
pub(crate) use std::thread::sleep;
pub(crate) use std::thread_local;
pub(crate) use std::time::Instant;
