//! The command line of a benchmark: runs measurements by name.

use std::env;
use std::io::{Write, stdout};

/// A measurement: its name, and the function that does the work and returns the figure, mostly a rate a
/// second.
pub type Measurement<'a> = (&'a str, fn() -> f64);

/// Runs the measurement that the command line names, or all of them, and prints a line for each:
/// its name and its figure. `scripts/bench` reads these lines.
///
/// # Panics
/// When the command line names a measurement that does not exist.
pub fn bench(measurements: &[Measurement<'_>]) {
    // Cargo adds arguments of its own, which begin with a dash.
    let asked = env::args().skip(1).find(|word| !word.starts_with('-'));
    let is_asked = |name: &str| asked.as_ref().is_none_or(|asked| asked == name);
    let wanted = measurements.iter().filter(|(name, _)| is_asked(name));
    let mut taken = 0;
    for (name, measure) in wanted {
        let _not_read = writeln!(stdout(), "{name} {:.0}", measure());
        taken += 1;
    }
    assert!(taken > 0, "there is no measurement of that name");
}

/// Returns `count`, or a hundredth of it under `scripts/bench --quick`, which only checks that
/// everything runs.
#[must_use]
pub fn scaled(count: u64) -> u64 {
    match env::var_os("BENCH_QUICK") {
        Some(_) => (count / 100).max(10),
        None => count,
    }
}
