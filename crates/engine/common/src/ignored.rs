//! Signals that this process was started to ignore.

use std::fs;

use nix::sys::signal::Signal;

/// Whether this process ignores the signal. A program that is started with a signal ignored inherits
/// that: SIGHUP under `nohup`, which lets a program go on after its terminal is closed.
///
/// Source: proc(5), `SigIgn`; signal(7), "Signal dispositions".
#[must_use]
pub fn is_ignored(signal: Signal) -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|all| u64::from_str_radix(all.trim(), 16).ok());
    ignored.unwrap_or(0) >> (signal as i32 - 1) & 1 == 1
}
