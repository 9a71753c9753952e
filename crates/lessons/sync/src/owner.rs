//! A number for each thread, by which a lock knows its owner.

use std::cell::Cell;
// Straight from std, whoever explores the schedules: no thread waits for a number.
use std::sync::atomic::AtomicU64;

use crate::primitives::{Ordering, thread_local};

/// Even, and never 0: a lock keeps a mark in the lowest bit, and 0 means "nobody".
static NEXT: AtomicU64 = AtomicU64::new(2);

thread_local! {
    static ME: Cell<u64> = const { Cell::new(0) };
}

/// The number of the calling thread. No other thread ever has it, not even when this one has
/// ended: an address, or the system's number, would come back, and with it the locks that a
/// thread took and never released.
#[inline]
pub(crate) fn me() -> u64 {
    ME.with(|me| {
        if me.get() == 0 {
            me.set(NEXT.fetch_add(2, Ordering::Relaxed));
        }
        me.get()
    })
}
