//! A shared value in one file: a number in memory that all processes share, and a lock of its own
//! beside it.
//!
//! ```text
//!     process 1      process 2      process 3        each its own memory
//!         \              |              /
//!          v             v             v
//!        +-----------------------------------+
//!        | is_locked: 1      number: 42      |       one page, the same for all
//!        +-----------------------------------+
//! ```
//!
//! `number += 1` is three steps: read, add, write. If another process comes in between, an addition
//! is lost; so a process takes a lock before the steps and releases it after them. The lock is one
//! word: of all processes that try to change it from 0 to 1, one succeeds.
//!
//! It fails when an owner is killed (the lock stays taken, and all others wait forever),
//! when an owner sleeps (the others spin, and burn a processor), or when `change` panics (the lock
//! stays taken). The next rung, `value.rs`, has a lock that handles all three.

use std::io;
use std::rc::Rc;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicBool, AtomicI64};
use std::thread::yield_now;

use child::{Shareable, Shared}; // Types that may be in shared memory; memory that `fork` does not copy.

struct Page {
    is_locked: AtomicBool,
    number: AtomicI64,
}

// SAFETY: it holds atomics and no address.
unsafe impl Shareable for Page {}

/// A number that this process shares with those that it forks. A clone is a handle to the same
/// number. (`fork` copies the `Rc`: each process counts its own handles.)
#[derive(Clone)]
pub struct Value(Rc<Shared<Page>>);

impl Value {
    /// Creates a shared number.
    ///
    /// # Errors
    /// When the system has no memory to share.
    pub fn new(number: i64) -> io::Result<Self> {
        Ok(Self(Rc::new(Shared::new(Page {
            is_locked: AtomicBool::new(false),
            number: AtomicI64::new(number),
        })?)))
    }

    /// Changes the number, with no other process in between. Spins while another process has the lock.
    pub fn update(&self, change: impl FnOnce(i64) -> i64) {
        self.lock();
        // The number is atomic only because memory that several processes use has to be (or needs
        // `unsafe`). The lock is what keeps others out: this is a read and a write, and not one step.
        let number = self.0.number.load(Relaxed);
        self.0.number.store(change(number), Relaxed);
        self.unlock();
    }

    /// Returns the number as it is now.
    #[must_use]
    pub fn get(&self) -> i64 {
        self.lock();
        let number = self.0.number.load(Relaxed);
        self.unlock();
        number
    }

    fn lock(&self) {
        // `swap` is one step of the processor: of two that try at the same moment, only one gets `false`, and
        // the lock. `Acquire`, and `Release` below: this owner sees what the last one wrote.
        while self.0.is_locked.swap(true, Acquire) {
            yield_now();
        }
    }

    fn unlock(&self) {
        self.0.is_locked.store(false, Release);
    }
}
