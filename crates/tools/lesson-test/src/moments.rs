//! Random moments that are the same in every run of a test.

use std::hint::spin_loop;
use std::time::{Duration, Instant};

/// A sequence of pseudo-random numbers (Knuth's generator for 64 bits), the same on every machine.
#[derive(Debug, Clone)]
pub struct Seeded(u64);

impl Seeded {
    /// The sequence of this seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Returns the next number, below `end`, which may be at most 2^31.
    pub fn below(&mut self, end: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        // The lower bits of such a sequence repeat after a few steps.
        (self.0 >> 33) % end
    }

    /// Returns the next number as a duration below `end`, which may be at most two seconds.
    pub fn duration_below(&mut self, end: Duration) -> Duration {
        let nanos = u64::try_from(end.as_nanos()).unwrap_or(u64::MAX);
        Duration::from_nanos(self.below(nanos))
    }
}

/// Spins until `time` is over. A sleep would take at least some 50 µs longer.
pub fn spin(time: Duration) {
    let begun = Instant::now();
    while begun.elapsed() < time {
        spin_loop();
    }
}
