//! Disturbs a run on purpose, at the places where events are recorded.

use std::sync::OnceLock;
use std::thread;
use std::time::Duration;

use rand::RngExt;

use crate::lane;

static SEED: OnceLock<u64> = OnceLock::new();

/// Switches the disturbances on, for this process and all that it forks.
pub(crate) fn set(seed: u64) {
    let _first_wins = SEED.set(seed);
}

/// At first does nothing half of the times, and else gives the processor away or sleeps up to a
/// millisecond. The more events a lane has had, the more rarely it is disturbed: a loop of 80,000
/// rounds still ends.
pub(crate) fn disturb() {
    let Some(&seed) = SEED.get() else { return };
    let choice = lane::with_current(|lane| {
        let (events, chaos) = lane.chaos(seed);
        *events += 1;
        chaos.random_range(0..2000 * (1 + *events / 256))
    });
    match choice {
        0..500 => thread::yield_now(),
        500..1000 => thread::sleep(Duration::from_micros((choice - 500) * 2)),
        _ => {}
    }
}
