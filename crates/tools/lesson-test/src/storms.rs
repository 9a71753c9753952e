//! The number of rounds of a storm.
//!
//! A storm is a test with many rounds: random kills, or a kill at each step of a call. `cargo test`
//! runs a short form of each, to end within a minute on a busy laptop. `scripts/storms` sets
//! `STORMS`, which runs all rounds. `.ci/run` does both.

use std::env;
use std::time::Duration;

fn is_storm() -> bool {
    env::var_os("STORMS").is_some()
}

/// Returns how many of a storm's `all` rounds to run: all of them under `scripts/storms`, a
/// twentieth (at least 5) in a plain `cargo test`.
#[must_use]
pub fn rounds(all: usize) -> usize {
    if is_storm() {
        all
    } else {
        (all / 20).max(5).min(all)
    }
}

/// Returns the time limit of a test: `limit` in a plain `cargo test`, twenty times as long under
/// `scripts/storms`.
pub(crate) fn stretched(limit: Duration) -> Duration {
    if is_storm() { limit * 20 } else { limit }
}
