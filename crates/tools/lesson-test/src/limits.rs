//! Resource limits of this process, and its peak memory.

use std::fs;

use nix::sys::resource::{Resource, getrlimit, setrlimit};

/// Runs `act` with a lower limit for this process, and then restores the limit.
///
/// # Panics
/// When `limit` is above the hard limit, which the process cannot raise.
pub fn with_limit<T>(resource: Resource, limit: u64, act: impl FnOnce() -> T) -> T {
    let (soft, hard) = getrlimit(resource).expect("a process may see its limits");
    setrlimit(resource, limit, hard).expect("a process may lower its limits");
    let given = act();
    setrlimit(resource, soft, hard).expect("a process may set its limits back");
    given
}

/// The most memory that this process has used so far, in KiB (proc(5), `VmHWM`).
///
/// # Panics
/// When /proc cannot be read.
#[must_use]
pub fn peak_kib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("/proc can be read");
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = peak.and_then(|peak| peak.trim().strip_suffix(" kB"));
    let number = number.expect("the kernel tells the peak of a process");
    number.parse().expect("the peak is a number")
}
