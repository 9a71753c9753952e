//! Disturbs a run on purpose, at the same places where it is recorded.

use std::sync::OnceLock;
use std::thread;
use std::time::Duration;

use rand::RngExt;

use crate::lane;

static SEED: OnceLock<u64> = OnceLock::new();

/// Switches the disturbances on, for this process and all it forks.
pub(crate) fn set(seed: u64) {
    let _first_wins = SEED.set(seed);
}

/// Half of the times nothing; else gives the processor away, or sleeps up to a millisecond.
pub(crate) fn disturb() {
    let Some(&seed) = SEED.get() else { return };
    let choice: u64 = lane::with_current(|lane| lane.chaos(seed).random_range(0..2000));
    match choice {
        0..1000 => {}
        1000..1500 => thread::yield_now(),
        _ => thread::sleep(Duration::from_micros((choice - 1500) * 2)),
    }
}
