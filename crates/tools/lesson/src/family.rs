//! All processes that come from this one, and their end.
//!
//! A process whose parent has ended becomes a child of the nearest subreaper above it. So a
//! subreaper without a child has no descendant either: nothing of a run is left.
//!
//! Source: prctl(2), `PR_SET_CHILD_SUBREAPER`; wait(2), `ECHILD`.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::time::{Duration, Instant};

use child::try_reap_any;
use common::Stat;
use nix::errno::Errno;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// A child that has ended, with its status as wait(2) encodes it.
pub struct Ended {
    /// Which.
    pub pid: Pid,
    /// As wait(2) encodes it.
    pub status: i32,
}

/// What a look at the children has found.
pub enum Children {
    /// There is none.
    None,
    /// There are some, and none has ended.
    Alive,
    /// One had ended, and is gone now.
    Ended(Ended),
}

/// Looks after the children. Does not wait.
///
/// # Errors
/// When the kernel refuses.
pub fn reap() -> io::Result<Children> {
    match try_reap_any() {
        // Core dumped or not is no difference here.
        Ok(Some((pid, status))) => Ok(Children::Ended(Ended {
            pid,
            status: status & !0x80,
        })),
        Ok(None) => Ok(Children::Alive),
        Err(Errno::ECHILD) => Ok(Children::None),
        Err(errno) => Err(errno.into()),
    }
}

/// How long processes may take to end after SIGKILL.
const LIMIT: Duration = Duration::from_secs(5);

/// Kills all that come from this process, and waits for their ends, at most five seconds. Again
/// and again, since one may have forked since the last look. Calls `see` with each child that
/// has ended, and returns the processes that had to be killed, with the names of their programs.
///
/// # Errors
/// When the kernel refuses.
pub fn kill_all(mut see: impl FnMut(&Ended)) -> io::Result<BTreeMap<i32, String>> {
    let limit = Instant::now() + LIMIT;
    let mut killed = BTreeMap::new();
    loop {
        match reap()? {
            Children::None => return Ok(killed),
            _ if Instant::now() > limit => return Ok(killed),
            Children::Ended(ended) => see(&ended),
            Children::Alive => {
                for pid in descendants() {
                    let name = fs::read(format!("/proc/{pid}/comm")).unwrap_or_default();
                    if kill(Pid::from_raw(pid), Signal::SIGKILL).is_ok() {
                        let name = String::from_utf8_lossy(&name).trim_end().to_owned();
                        killed.entry(pid).or_insert(name);
                    }
                }
                std::thread::sleep(Duration::from_millis(1));
            }
        }
    }
}

/// The living processes that come from this one.
pub fn descendants() -> Vec<i32> {
    let Ok(processes) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    let number = |entry: fs::DirEntry| entry.file_name().to_str()?.parse::<i32>().ok();
    let pids = processes.flatten().filter_map(number);
    let alive: Vec<(i32, i32)> = pids.filter_map(|pid| Some((pid, parent(pid)?))).collect();
    let mut family = vec![common::pid().cast_signed()];
    let mut next = 0;
    while let Some(&member) = family.get(next) {
        let children = alive.iter().filter(|(_, parent)| *parent == member);
        family.extend(children.map(|(pid, _)| pid));
        next += 1;
    }
    family.split_off(1)
}

/// The parent of a process that lives.
fn parent(pid: i32) -> Option<i32> {
    let stat = Stat::of(pid)?;
    (!matches!(stat.state, 'Z' | 'X')).then_some(stat.parent)
}
