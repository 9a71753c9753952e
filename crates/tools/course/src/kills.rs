//! Finds out whether this machine was short of memory.

use std::fs;

/// How many processes the kernel has killed since it started because memory was short; `None` if it does
/// not say.
///
/// Source: `oom_kill` in /proc/vmstat.
pub(crate) fn kills() -> Option<u64> {
    let text = fs::read_to_string("/proc/vmstat").ok()?;
    let mut lines = text.lines();
    lines
        .find_map(|line| line.strip_prefix("oom_kill "))?
        .parse()
        .ok()
}
