//! All that `sync` and `threads` use from outside for threads that share data, in one place.
//!
//! A model checker has stand-ins of the same names. With `--cfg explore` they replace the types
//! here, and every lock and thread of these crates, its source unchanged, runs in all the schedules
//! that the checker tries. Without it, these are std's own types; its mutex and condition variable
//! come without poison.

#[cfg(explore)]
mod started;
mod unpoisoned;

#[cfg(not(explore))]
pub use {
    std::sync::atomic,
    std::thread::{
        JoinHandle, Scope, ScopedJoinHandle, ThreadId, current, scope, sleep, yield_now,
    },
    std::thread_local,
};

#[cfg(explore)]
pub use {
    shuttle::sync::atomic,
    shuttle::thread::{Scope, ScopedJoinHandle, ThreadId, current, scope, yield_now},
    shuttle::thread_local,
};

#[cfg(not(explore))]
pub use std::time::Instant;

#[cfg(explore)]
pub use crate::time::Instant;

#[cfg(explore)]
pub use started::{JoinHandle, spawn};

pub use unpoisoned::{Condvar, Mutex, MutexGuard};

use std::io;

#[cfg(not(explore))]
use std::thread::Builder;
#[cfg(explore)]
use std::time::Duration;

/// How often a thread tries again before it sleeps. For a model checker each try is a turn, and the
/// second shows nothing that the first did not.
pub const LOOKS: u32 = if cfg!(explore) { 1 } else { 10 };

/// Lets other threads go first, which is all that a sleep does where no time passes. It is a fault in a
/// call that must not sleep.
#[cfg(explore)]
pub fn sleep(duration: Duration) {
    crate::story::sleeps();
    shuttle::thread::sleep(duration);
}

/// Starts a thread of that name.
///
/// # Errors
/// When the system cannot start another thread.
#[cfg(not(explore))]
pub fn spawn<T: Send + 'static>(
    name: String,
    function: impl FnOnce() -> T + Send + 'static,
) -> io::Result<JoinHandle<T>> {
    Builder::new().name(name).spawn(function)
}

/// Starts a thread of that name in a scope.
///
/// # Errors
/// When the system cannot start another thread.
#[cfg(not(explore))]
pub fn spawn_scoped<'scope, T: Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    name: String,
    function: impl FnOnce() -> T + Send + 'scope,
) -> io::Result<ScopedJoinHandle<'scope, T>> {
    Builder::new().name(name).spawn_scoped(scope, function)
}

/// Starts a thread in a scope; the checker's scoped threads have no names.
///
/// # Errors
/// None: the checker has no limit on threads.
#[cfg(explore)]
pub fn spawn_scoped<'scope, T: Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    _name: String,
    function: impl FnOnce() -> T + Send + 'scope,
) -> io::Result<ScopedJoinHandle<'scope, T>> {
    Ok(scope.spawn(function))
}
