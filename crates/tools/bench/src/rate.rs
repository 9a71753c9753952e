//! How much work a measurement does, and the rate that it returns.

use std::env;
use std::error::Error;
use std::time::Instant;

/// A measurement's result: its rate a second.
pub type Rate = Result<f64, Box<dyn Error>>;

/// Returns `count`, or a hundredth of it under `scripts/bench --quick`, which only checks that
/// everything runs.
pub fn scaled(count: u64) -> u64 {
    let quick = env::var_os("BENCH_QUICK").is_some();
    if quick { (count / 100).max(10) } else { count }
}

/// Returns how many of the `count` things done since `started` were done in a second.
pub fn rate(count: u64, started: Instant) -> f64 {
    count as f64 / started.elapsed().as_secs_f64()
}
