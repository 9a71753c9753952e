//! A lock lets one thread at a time into a piece of work; a thread that comes meanwhile waits. The
//! locks here own the value that they guard and lend it through a guard, which releases the lock
//! however the work ends, even by a panic.
//!
//! Notes: 2.2, `Lock` and `RLock`, and the other types of Python's `threading` for threads that
//! wait for each other: [`Condition`], [`Event`], [`Semaphore`], [`BoundedSemaphore`], [`Barrier`].
//!
//! Built from: the engine's `Monitor` (std's mutex and condition variable as one, with a name) and
//! `ThinLock` (a lock that knows its owner), and the traces in both, so that each wait, acquire and
//! release is on the timeline:
//!
//! ```text
//! Lock       = Mutex + a name                 ThinLock  = a word (who?) + Mutex + Condvar
//! Condition  = Condvar, for a Lock            RawRLock  = Reentry (a ThinLock + a count)
//! Monitor    = Lock + Condition               RLock     = Reentry + the value it guards
//!
//! Event      = Monitor of a flag              Semaphore = Monitor of a number of permits
//! Barrier    = Monitor of who has arrived     BoundedSemaphore = Semaphore + its most
//! ```
//!
//! Try: in `src/main.rs` add `common::pause` after the second line, inside the loop: the output is
//! the same, but slower. Drop the guard before that pause: the threads take turns. Print the
//! "released" line after that drop: the compiler does not let you read the number there (`--bin
//! lock-message-lies` shows why that is good). In `src/reentry.rs` let `leave` release at any
//! count, and run the tests.
//!
//! # Every schedule
//!
//! A test runs one order of the threads, and the next run mostly the same one. So the unchanged
//! source of these locks also runs on a model checker's stand-ins for std, which try every order of
//! the turns: the crate `explore` has the switch and the search, and `tests/explore/` uses it for
//! each type here. `cargo run -p sync -- --explore` shows a lost update, a deadlock, and four more
//! stories that fail in one order of many.
//!
//! # Poison
//!
//! A panic while a guard is held frees the lock, and the lock does not report it, as in Python and
//! unlike std's `Mutex`: the thread's `join` does. If a panic could leave the value half changed,
//! the thread that takes the lock next has to repair it.
//!
//! # What the compiler refuses
//!
//! To read the number after the release:
//!
//! ```compile_fail
//! let number = sync::Lock::new(0);
//! let guard = number.lock();
//! drop(guard);
//! assert_eq!(*guard, 0);
//! ```
//!
//! To release a lock in another thread. In Python a Lock allows it and an RLock raises an error:
//!
//! ```compile_fail
//! let number = sync::Lock::new(0);
//! let guard = number.lock();
//! std::thread::scope(|scope| {
//!     scope.spawn(move || drop(guard));
//! });
//! ```
//!
//! ```compile_fail
//! let number = sync::RLock::new(0);
//! let guard = number.lock();
//! std::thread::scope(|scope| {
//!     scope.spawn(move || drop(guard));
//! });
//! ```
//!
//! To share the value of an RLock by sharing its guard:
//!
//! ```compile_fail
//! let number = sync::RLock::new(std::cell::Cell::new(0));
//! let guard = number.lock();
//! std::thread::scope(|scope| {
//!     scope.spawn(|| guard.set(1));
//! });
//! ```

// With one exception, in `rlock.rs`, which explains why it is sound.
#![deny(unsafe_code)]

mod barrier;
mod error;
mod event;
mod raw_rlock;
mod reentry;
mod rlock;
mod semaphore;
pub mod tiny;

pub use barrier::Barrier;
pub use error::{BrokenBarrier, Full, NoParties, ReleaseError};
pub use event::Event;
#[doc(inline)]
pub use monitor::{Condition, Lock, LockGuard, TimedOut};
pub use raw_rlock::RawRLock;
pub use rlock::{RLock, RLockGuard};
pub use semaphore::{BoundedSemaphore, Permit, Semaphore};
