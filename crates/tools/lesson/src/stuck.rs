//! What hanging processes wait for, as the kernel reports it: the pipes that they read from or
//! write to, and the processes that hold the other ends.
//!
//! A log records only the ends that the course's own types close. Bare pipes, and an end that
//! `fork` has copied and the program has forgotten, are known to the kernel alone.
//!
//! Source: `proc_pid_syscall(5)`, `proc_pid_fd(5)`, `proc_pid_fdinfo(5)`, pipe(7).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::path::Path;
use std::str::FromStr;

use common::Stat;
use nix::libc;
use timeline::{Run, some_of};

/// A process that waits at a pipe whose other end is still open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stuck {
    pid: u32,
    /// True when it reads, false when it writes.
    reads: bool,
    /// The processes that hold the other end.
    holders: Vec<u32>,
}

/// One end of a pipe: the pipe's number in the kernel, and which end it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct PipeEnd {
    pipe: u64,
    is_sending: bool,
}

/// What a thread waits for, as far as its system call shows it.
enum Wait {
    /// This end of a pipe.
    At(PipeEnd),
    /// Some pipe, as a sender or as a receiver.
    AtOneOf { is_sending: bool },
}

/// Finds those of the processes that wait at a pipe whose other end one of them holds. Processes
/// that this one is not allowed to inspect are left out.
pub fn look(pids: &[i32]) -> Vec<Stuck> {
    let pids: Vec<u32> = pids.iter().map(|pid| pid.cast_unsigned()).collect();
    let waits = |&pid: &u32| {
        let waits = threads(pid)
            .into_iter()
            .filter_map(move |tid| waits_at(pid, tid));
        waits.map(move |wait| (pid, wait))
    };
    let waits: Vec<_> = pids.iter().flat_map(waits).collect();
    if waits.is_empty() {
        return Vec::new();
    }
    // Listed once: a process may have thousands of threads and of descriptors.
    let ends: BTreeMap<u32, Vec<_>> = pids.iter().map(|&pid| (pid, pipe_ends(pid))).collect();
    let held = holders(&ends);
    let mut found = Vec::new();
    for (pid, wait) in waits {
        let end = match wait {
            Wait::At(end) => Some(end),
            Wait::AtOneOf { is_sending } => only_end(&ends[&pid], is_sending),
        };
        let Some(end) = end else { continue };
        let other = PipeEnd {
            is_sending: !end.is_sending,
            ..end
        };
        let stuck = Stuck {
            pid,
            reads: !end.is_sending,
            holders: held.get(&other).cloned().unwrap_or_default(),
        };
        if !stuck.holders.is_empty() && !found.contains(&stuck) {
            found.push(stuck);
        }
    }
    found
}

/// The processes that hold each pipe end.
fn holders(ends: &BTreeMap<u32, Vec<(u32, PipeEnd)>>) -> BTreeMap<PipeEnd, Vec<u32>> {
    let mut held: BTreeMap<PipeEnd, Vec<u32>> = BTreeMap::new();
    for (&pid, ends) in ends {
        for (_, end) in ends {
            let holders = held.entry(*end).or_default();
            if holders.last() != Some(&pid) {
                holders.push(pid);
            }
        }
    }
    held
}

/// The ids of all threads of the processes; empty if one of them does not sleep.
pub(crate) fn asleep(pids: &[i32]) -> BTreeSet<u32> {
    let mut asleep = BTreeSet::new();
    for pid in pids.iter().map(|pid| pid.cast_unsigned()) {
        for tid in threads(pid) {
            let stat = Stat::read(Path::new(&format!("/proc/{pid}/task/{tid}")));
            match stat.map(|stat| stat.state) {
                Some('S') => {
                    asleep.insert(tid);
                }
                // It has ended.
                Some('Z' | 'X') | None => {}
                Some(_) => return BTreeSet::new(),
            }
        }
    }
    asleep
}

fn threads(pid: u32) -> Vec<u32> {
    numbers(&format!("/proc/{pid}/task"))
}

/// The entries of a folder whose names are numbers, sorted.
fn numbers(folder: &str) -> Vec<u32> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut numbers: Vec<u32> = entries
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .collect();
    numbers.sort_unstable();
    numbers
}

fn pipe_ends(pid: u32) -> Vec<(u32, PipeEnd)> {
    let fds = numbers(&format!("/proc/{pid}/fd")).into_iter();
    fds.filter_map(|fd| Some((fd, pipe_end(pid, fd)?)))
        .collect()
}

fn pipe_end(pid: u32, fd: u32) -> Option<PipeEnd> {
    let target = fs::read_link(format!("/proc/{pid}/fd/{fd}")).ok()?;
    let pipe = target.to_str()?.strip_prefix("pipe:[")?.strip_suffix(']')?;
    let info = fs::read_to_string(format!("/proc/{pid}/fdinfo/{fd}")).ok()?;
    let flags = info.lines().find_map(|line| line.strip_prefix("flags:"))?;
    let flags = libc::c_int::from_str_radix(flags.trim(), 8).ok()?;
    Some(PipeEnd {
        pipe: pipe.parse().ok()?,
        is_sending: flags & libc::O_ACCMODE == libc::O_WRONLY,
    })
}

/// The pipe end that a thread waits at. It is known from the thread's system call, or, where that is
/// hidden, from the kernel function that it sleeps in, if the process has only one end that fits.
fn waits_at(pid: u32, tid: u32) -> Option<Wait> {
    let folder = format!("/proc/{pid}/task/{tid}");
    let call = fs::read_to_string(format!("{folder}/syscall")).unwrap_or_default();
    let mut words = call.split_whitespace();
    let number: Option<libc::c_long> = words.next().and_then(|number| number.parse().ok());
    if let Some(number) = number {
        let fd = words.next().and_then(|fd| fd.strip_prefix("0x"));
        let fd = u32::from_str_radix(fd?, 16).ok();
        let is_sending = [libc::SYS_write, libc::SYS_writev].contains(&number);
        if is_sending || [libc::SYS_read, libc::SYS_readv].contains(&number) {
            let end = pipe_end(pid, fd?).filter(|end| end.is_sending == is_sending);
            return end.map(Wait::At);
        }
    }
    let sleeps_in = fs::read_to_string(format!("{folder}/wchan")).unwrap_or_default();
    let is_sending = sleeps_in.ends_with("pipe_write");
    // The thread may poll something else, so a poll counts as a pipe only where the call is hidden.
    let may_poll = number.is_none() && sleeps_in.contains("poll");
    let is_pipe = is_sending || sleeps_in.ends_with("pipe_read") || may_poll;
    is_pipe.then_some(Wait::AtOneOf { is_sending })
}

/// The only end on this side among the pipes of a process, without those that it has inherited.
fn only_end(ends: &[(u32, PipeEnd)], is_sending: bool) -> Option<PipeEnd> {
    let inherited = libc::STDERR_FILENO.cast_unsigned();
    let mut ends = ends
        .iter()
        .filter(|(fd, end)| *fd > inherited && end.is_sending == is_sending);
    let end = ends.next().filter(|_| ends.next().is_none());
    end.map(|(_, end)| *end)
}

impl Stuck {
    /// Describes it in a clause. A process is named by its lane, or else by its program in `programs`.
    pub fn describe(&self, run: &Run, programs: &BTreeMap<i32, String>) -> String {
        let name = |pid: u32| {
            let lane = run.lanes.iter().find(|lane| lane.pid == pid);
            let program = programs.get(&pid.cast_signed());
            let program = program.map_or("a process", |program| program);
            lane.map_or(program, |lane| &lane.name)
        };
        let holder = |&pid: &u32| match pid == self.pid {
            true => format!("{} itself ({pid})", name(pid)),
            false => format!("{} ({pid})", name(pid)),
        };
        let holders = some_of(&self.holders.iter().map(holder).collect::<Vec<_>>());
        let (waits, other) = match self.reads {
            true => ("read from a pipe", "sending"),
            false => ("write into a full pipe", "receiving"),
        };
        let who = name(self.pid);
        format!("{who} waits to {waits} whose {other} end is still open in {holders}")
    }
}

/// Writes it as words, such as `reads 1236 1234 1236`: the action, the pid, the holders.
impl fmt::Display for Stuck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = if self.reads { "reads" } else { "writes" };
        write!(f, "{what} {}", self.pid)?;
        self.holders.iter().try_for_each(|pid| write!(f, " {pid}"))
    }
}

/// Parses what [`Display`](fmt::Display) has written.
impl FromStr for Stuck {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut words = text.split(' ');
        let reads = words.next() == Some("reads");
        let pid = words.next().unwrap_or_default().parse()?;
        let holders = words.map(str::parse).collect::<Result<_, _>>()?;
        Ok(Self {
            pid,
            reads,
            holders,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::process::{Command, Stdio};
    use std::time::{Duration, Instant};

    use super::*;

    /// Each of the threads would once have had all descriptors listed.
    #[test]
    fn threads_that_wait_for_no_pipe_cost_no_list_of_the_descriptors() {
        let pid = common::pid();
        let pipes: Vec<_> = (0..100).map(|_| std::io::pipe().unwrap()).collect();
        let begun = Instant::now();
        assert!(pipe_ends(pid).len() >= 2 * pipes.len());
        let list = begun.elapsed();
        let gate = std::sync::Barrier::new(301);
        std::thread::scope(|scope| {
            for _ in 0..300 {
                scope.spawn(|| gate.wait());
            }
            let begun = Instant::now();
            let _other_tests_may_wait = look(&[pid.cast_signed()]);
            let looked = begun.elapsed();
            gate.wait();
            assert!(looked < 60 * list, "{looked:?}, a list: {list:?}");
        });
    }

    #[test]
    fn a_process_that_reads_is_found_with_the_holders_of_the_sending_end() {
        let mut cat = Command::new("cat");
        let mut cat = cat
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let family = [common::pid(), cat.id()].map(u32::cast_signed);
        let expected = Stuck {
            pid: cat.id(),
            reads: true,
            holders: vec![common::pid()],
        };
        let limit = Instant::now() + Duration::from_secs(20);
        while !look(&family).contains(&expected) {
            assert!(Instant::now() < limit, "{:?}", look(&family));
            std::thread::sleep(Duration::from_millis(2));
        }
        cat.stdin.take().unwrap().flush().unwrap();
        cat.wait().unwrap();
        let parsed: Stuck = expected.to_string().parse().unwrap();
        assert_eq!(parsed, expected);
    }
}
