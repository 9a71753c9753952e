//! A shared value in one file: a number in memory that all processes see, and a lock of its own
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
//! `number += 1` is three steps: read, add, write. With two processes between the steps of each
//! other an addition is lost, so the steps stand between taking a lock and giving it back. The lock
//! is one word that only one process can change from 0 to 1.
//!
//! It does not hold against: an owner that is killed (the lock stays taken, and all others wait
//! forever); an owner that sleeps (the others ask again and again, and burn a processor); a panic
//! inside `update` (as for a kill). The next rung, `value.rs`, stands on a lock that holds against all.

use std::io;
use std::rc::Rc;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicBool, AtomicI64};
use std::thread::yield_now;

use child::{Shareable, Shared}; // Memory that `fork` does not copy; what may lie in it.

struct Page {
    is_locked: AtomicBool,
    number: AtomicI64,
}

// SAFETY: it holds atomics and no address.
unsafe impl Shareable for Page {}

/// A number for this process and those that it forks. A clone is a handle to the same number. (The
/// `Rc` is copied by `fork`: each process counts its own handles.)
#[derive(Clone)]
pub struct Value(Rc<Shared<Page>>);

impl Value {
    /// A new number.
    ///
    /// # Errors
    /// When the system has no memory to share.
    pub fn new(number: i64) -> io::Result<Self> {
        Ok(Self(Rc::new(Shared::new(Page {
            is_locked: AtomicBool::new(false),
            number: AtomicI64::new(number),
        })?)))
    }

    /// Changes the number, with no other process in between. Spins while another one has the lock.
    pub fn update(&self, change: impl FnOnce(i64) -> i64) {
        self.lock();
        // The number is atomic only because memory that several processes use has to be (or
        // `unsafe`). What keeps others out is the lock: this is a read and a write, and not one step.
        let number = self.0.number.load(Relaxed);
        self.0.number.store(change(number), Relaxed);
        self.unlock();
    }

    /// The number as it is now.
    #[must_use]
    pub fn get(&self) -> i64 {
        self.lock();
        let number = self.0.number.load(Relaxed);
        self.unlock();
        number
    }

    fn lock(&self) {
        // One step of the processor: of two that try at the same moment, one finds `true`.
        // `Acquire`: what the last owner wrote before its `Release` is seen from here on.
        while self.0.is_locked.swap(true, Acquire) {
            yield_now();
        }
    }

    fn unlock(&self) {
        self.0.is_locked.store(false, Release);
    }
}
