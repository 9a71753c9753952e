//! The descendants of this process, and how to end them.
//!
//! A process whose parent has ended becomes a child of the nearest subreaper above it. So if a
//! subreaper has no children, it has no descendants either: no process of a run is left. Children
//! that were there before its first one do not count; see [`begin`].
//!
//! Source: prctl(2), `PR_SET_CHILD_SUBREAPER`; wait(2), `ECHILD`.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};
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
    /// This process has no child of its family.
    None,
    /// There are children, and none has ended.
    Alive,
    /// A child had ended, and has now been waited for.
    Ended(Ended),
}

/// The children that were there before the family began.
static STRANGERS: Mutex<Vec<i32>> = Mutex::new(Vec::new());

/// To be called before this process starts its first child. Children that it already has are none of
/// its family, and are left alone: a shell that has started them, and then replaces itself by this
/// program (`bash -c 'server & cargo run'`), leaves them to it. But if one of them ends meanwhile, its
/// own children cannot be told from orphans of the family.
///
/// Source: execve(2), which changes neither the pid nor the children.
pub fn begin() {
    *strangers() = children(common::pid().cast_signed());
}

fn strangers() -> MutexGuard<'static, Vec<i32>> {
    STRANGERS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The children of this process that are of its family, also those that it has not waited for.
pub fn own_children() -> Vec<i32> {
    let mut all = children(common::pid().cast_signed());
    let strangers = strangers();
    all.retain(|pid| !strangers.contains(pid));
    all
}

/// Waits for one child that has ended, if there is any. Does not block.
///
/// # Errors
/// When the kernel refuses the call.
pub fn reap() -> io::Result<Children> {
    loop {
        match try_reap_any() {
            // From now on another process may have its pid.
            Ok(Some((pid, _))) if is_removed(pid.as_raw()) => {}
            // Whether a core was dumped makes no difference here.
            Ok(Some((pid, status))) => {
                return Ok(Children::Ended(Ended {
                    pid,
                    status: status & !0x80,
                }));
            }
            Ok(None) if are_all_strangers() => return Ok(Children::None),
            Ok(None) => return Ok(Children::Alive),
            Err(Errno::ECHILD) => return Ok(Children::None),
            Err(errno) => return Err(errno.into()),
        }
    }
}

/// Removes this process from the strangers; returns whether it was one of them.
fn is_removed(pid: i32) -> bool {
    let mut strangers = strangers();
    let place = strangers.iter().position(|&stranger| stranger == pid);
    place.map(|place| strangers.swap_remove(place)).is_some()
}

/// Whether the children of this process, of which there are some, are all strangers.
fn are_all_strangers() -> bool {
    // A statement of its own: it ends with the guard, which `own_children` takes, too.
    let has_any = !strangers().is_empty();
    has_any && own_children().is_empty()
}

/// What [`kill_all`] did: processes by their pids, with the names of their programs.
#[derive(Debug, Default)]
pub struct Killed {
    /// Those that it has killed.
    pub names: BTreeMap<i32, String>,
    /// Those that were still there when its time was over.
    pub left: BTreeMap<i32, String>,
}

/// How long processes may take to end after SIGKILL.
const LIMIT: Duration = Duration::from_secs(5);

/// How long [`kill_all`] is on the heels of a family after one of it has ended before it was killed.
const CHASE: Duration = Duration::from_millis(1);

/// Kills all of this process's family and waits until they have ended, at most five seconds. It
/// looks for them repeatedly, because a process may have forked since the last look. Calls `see`
/// for each child that has ended.
///
/// # Errors
/// When the kernel refuses to wait for a child.
pub fn kill_all(mut see: impl FnMut(&Ended)) -> io::Result<Killed> {
    let limit = Instant::now() + LIMIT;
    let mut killed = Killed::default();
    let mut chased = BTreeMap::new();
    let mut chase_until = None;
    loop {
        match reap()? {
            Children::None => return Ok(killed),
            _ if Instant::now() > limit => {
                killed.leave(own_children());
                killed.leave(descendants());
                return Ok(killed);
            }
            Children::Ended(ended) => {
                let pid = ended.pid.as_raw();
                match chased.remove(&pid) {
                    Some(name) if ended.status == Signal::SIGKILL as i32 => {
                        killed.names.insert(pid, name);
                    }
                    _ if killed.names.contains_key(&pid) => {}
                    _ => chase_until = Some(Instant::now() + CHASE),
                }
                see(&ended);
            }
            Children::Alive if chase_until > Some(Instant::now()) => chase(&mut chased),
            Children::Alive => {
                for pid in descendants() {
                    let name = program(pid);
                    if is_killed(pid) {
                        killed.names.entry(pid).or_insert(name);
                    }
                }
                std::thread::sleep(Duration::from_millis(1));
            }
        }
    }
}

impl Killed {
    fn leave(&mut self, pids: Vec<i32>) {
        for pid in pids {
            self.names.remove(&pid);
            self.left.insert(pid, program(pid));
        }
    }
}

/// Kills the descendants along the lists of children. A process that forks and exits at once, as its
/// child does, is gone before a look through all of /proc comes to it; this takes some microseconds.
fn chase(chased: &mut BTreeMap<i32, String>) {
    let mut next = own_children();
    let mut hit = Vec::new();
    while let Some(pid) = next.pop() {
        if is_killed(pid) {
            next.extend(children(pid));
            hit.push(pid);
        }
    }
    // It keeps its name until its parent has waited for it.
    chased.extend(hit.into_iter().map(|pid| (pid, program(pid))));
}

/// Sends SIGKILL to a process, and returns whether it was there.
fn is_killed(pid: i32) -> bool {
    kill(Pid::from_raw(pid), Signal::SIGKILL).is_ok()
}

/// The name of the program of a process.
fn program(pid: i32) -> String {
    let name = fs::read(format!("/proc/{pid}/comm")).unwrap_or_default();
    String::from_utf8_lossy(&name).trim_end().to_owned()
}

/// The pids of the children of a process, also of those that it has not waited for.
///
/// Source: `proc_tid_children(5)`.
fn children(pid: i32) -> Vec<i32> {
    let threads = fs::read_dir(format!("/proc/{pid}/task"));
    let threads = threads.into_iter().flatten().flatten();
    let lists = threads.map(|thread| fs::read_to_string(thread.path().join("children")));
    let of = |list: String| list.split(' ').flat_map(str::parse).collect();
    lists.flatten().flat_map::<Vec<i32>, _>(of).collect()
}

/// The pids of all living descendants of this process that are of its family.
pub fn descendants() -> Vec<i32> {
    let Ok(processes) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    let number = |entry: fs::DirEntry| entry.file_name().to_str()?.parse::<i32>().ok();
    let pids = processes.flatten().filter_map(number);
    let alive: Vec<(i32, i32)> = pids.filter_map(|pid| Some((pid, parent(pid)?))).collect();
    let strangers = strangers();
    let mut family = vec![common::pid().cast_signed()];
    let mut next = 0;
    while let Some(&member) = family.get(next) {
        let children = alive.iter().filter(|(_, parent)| *parent == member);
        let its = children.map(|&(pid, _)| pid);
        family.extend(its.filter(|pid| !strangers.contains(pid)));
        next += 1;
    }
    family.split_off(1)
}

/// The parent of a process; `None` when the process is dead or a zombie.
fn parent(pid: i32) -> Option<i32> {
    let stat = Stat::of(pid)?;
    (!matches!(stat.state, 'Z' | 'X')).then_some(stat.parent)
}
