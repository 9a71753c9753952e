//! How much slower this machine is than one for which the limits of time are chosen.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

use exercise::Exercise;
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;

/// The environment variable that passes the factor to the checks: a decimal number, at least 1.
pub(crate) const VARIABLE: &str = "CHECK_SLOWNESS";

/// The processor time that rustc usually needs for [`PROGRAM`]. Other programs beside it hardly change it.
const USUAL: Duration = Duration::from_millis(500);
/// The largest factor: an answer that hangs must still end.
const MOST: f64 = 4.0;

/// A program that needs all of the compiler and the linker.
const PROGRAM: &str = "
fn main() {
    let all: std::collections::BTreeMap<_, _> = std::env::vars().collect();
    println!(\"{all:?}\");
}
";

static FACTOR: OnceLock<f64> = OnceLock::new();

/// Measures this machine, once, in a folder for temporary files. Until then the factor is 1.
pub(crate) fn measure(folder: &Path) {
    FACTOR.get_or_init(|| {
        // The first time the compiler may have to be read from the disk, so the quickest counts.
        let quickest = (0..3).try_fold(Duration::MAX, |quickest, _| {
            let quickest = quickest.min(compiles(folder).unwrap_or(USUAL));
            match quickest > USUAL {
                true => Ok(quickest),
                false => Err(quickest),
            }
        });
        factor(quickest.unwrap_or_else(|usual| usual))
    });
}

/// Returns the processor time of rustc; `None` if it cannot compile here, which the next build reports.
fn compiles(folder: &Path) -> Option<Duration> {
    let source = folder.join("pace.rs");
    fs::write(&source, PROGRAM).ok()?;
    let mut rustc = Command::new("rustc");
    rustc.current_dir(folder).args(["-O", "pace.rs"]);
    rustc.stdin(Stdio::null()).stderr(Stdio::null());
    let before = of_children()?;
    let compiled = rustc.status().ok()?;
    let after = of_children()?;
    compiled.success().then(|| after.saturating_sub(before))
}

/// The processor time of all processes that this one has started and that have ended.
fn of_children() -> Option<Duration> {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).ok()?;
    let both = usage.user_time() + usage.system_time();
    u64::try_from(both.num_microseconds())
        .ok()
        .map(Duration::from_micros)
}

fn factor(took: Duration) -> f64 {
    took.div_duration_f64(USUAL).clamp(1.0, MOST)
}

fn measured() -> f64 {
    FACTOR.get().copied().unwrap_or(1.0)
}

/// The time limit of all checks of an exercise together. They have limits of their own; this one is for
/// checks that hang, so it may be generous.
pub(crate) fn of_checks(exercise: &Exercise) -> Duration {
    longer(Duration::from_secs((4 * exercise.seconds.max(60)).into()))
}

/// Returns this limit for the machine that was measured.
pub(crate) fn longer(limit: Duration) -> Duration {
    limit.mul_f64(measured())
}

/// Returns the factor as the checks read it.
pub(crate) fn value() -> String {
    format!("{:.2}", measured())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_machine_has_longer_limits_but_not_without_an_end() {
        for (took, expected) in [
            (USUAL / 2, 1.0),
            (USUAL, 1.0),
            (5 * USUAL / 2, 2.5),
            (100 * USUAL, 4.0),
        ] {
            assert_eq!(factor(took), expected, "{took:?}");
        }
        assert!(value().parse::<f64>().unwrap() >= 1.0);
    }
}
