//! The descendants of this process, and how to end them.
//!
//! A process whose parent has ended becomes a child of the nearest subreaper above it. So a
//! subreaper without children has no descendants either: no process of a run is left.
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

/// A child that has ended, and its status.
pub struct Ended {
    /// Its pid.
    pub pid: Pid,
    /// Its status as wait(2) encodes it, without the flag for a core dump.
    pub status: i32,
}

/// The result of [`reap`].
pub enum Children {
    /// This process has no children.
    None,
    /// There are children, and none has ended.
    Alive,
    /// A child had ended, and has now been waited for.
    Ended(Ended),
}

/// Waits for one child that has ended, if there is any. Does not block.
///
/// # Errors
/// When the kernel refuses the call.
pub fn reap() -> io::Result<Children> {
    match try_reap_any() {
        // Whether a core was dumped makes no difference here.
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

/// Kills all descendants of this process and waits until they have ended, at most five seconds. It
/// looks for them repeatedly, because a process may have forked since the last look. Calls `see`
/// for each child that has ended; returns the killed processes, with the names of their programs.
///
/// # Errors
/// When the kernel refuses to wait for a child.
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

/// The pids of all living descendants of this process.
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

/// The parent of a process; `None` when the process is dead or a zombie.
fn parent(pid: i32) -> Option<i32> {
    let stat = Stat::of(pid)?;
    (!matches!(stat.state, 'Z' | 'X')).then_some(stat.parent)
}
