//! Finds out why a run does not end: which threads are at work, sleep by the clock, or wait for whom.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::thread;
use std::time::Duration;

use common::Stat;
use lesson::stuck::{self, Stuck};
use timeline::{Run, Verdict as Held, some_of};

use crate::fault::Verdict;
use crate::sockets::has_read_limit;

/// How often the threads are looked at, and the pause between two looks.
const LOOKS: u32 = 7;
const BETWEEN: Duration = Duration::from_millis(50);

/// The most processor time that a waiting thread may use meanwhile, in the kernel's ticks, 100 a
/// second. A wait without a limit may consist of short waits.
const MOST_TICKS: u64 = 1;

/// What the kernel reports of processes that do not end.
#[derive(Debug)]
pub(crate) struct Look {
    /// Threads that used the processor.
    at_work: Vec<String>,
    /// Threads that waited for a time to pass.
    asleep: Vec<String>,
    stuck: Vec<Stuck>,
    /// Whether in each look all threads were in waits that time does not end. Without this, a wait
    /// with a limit looks like a deadlock too, and on a busy machine all threads may only be late.
    pub(crate) is_endless: bool,
}

impl Look {
    /// Watches these processes for about 0.3 s.
    pub(crate) fn at(pids: &[i32]) -> Self {
        let mut seen: BTreeMap<_, Seen> = BTreeMap::new();
        // Two threads that pass something to and fro take turns, so each look may find another one at work.
        let mut one_always_runs = true;
        let mut is_endless = true;
        for look in 0..LOOKS {
            thread::sleep(if look == 0 { Duration::ZERO } else { BETWEEN });
            let now: Vec<_> = pids.iter().flat_map(|&pid| threads(pid)).collect();
            one_always_runs &= now.iter().any(|(_, thread)| thread.is_running);
            is_endless &= !now.is_empty() && now.iter().all(|(_, thread)| thread.is_endless);
            let with_before = now
                .into_iter()
                .map(|(id, thread)| (id, Seen::new(seen.get(&id), thread)));
            seen = with_before.collect();
        }
        let (mut at_work, mut asleep) = (Vec::new(), Vec::new());
        for ((pid, _), seen) in seen {
            let who = format!("{} ({pid})", seen.name);
            if seen.is_at_work() || one_always_runs && seen.ran {
                at_work.push(who);
            } else if seen.sleeps {
                asleep.push(who);
            }
        }
        let stuck = stuck::look(pids);
        at_work.dedup();
        asleep.dedup();
        Self {
            at_work,
            asleep,
            stuck,
            is_endless,
        }
    }

    /// Describes it in sentences that begin with `what`, and returns the verdict: a deadlock only
    /// if all threads wait, and none by the clock.
    pub(crate) fn describe(
        &self,
        what: &str,
        run: &Run,
        programs: &BTreeMap<i32, String>,
    ) -> (Verdict, String) {
        let are = |names: &[String], does: &str| {
            let is = if names.len() == 1 { "is" } else { "are" };
            format!("{what}: {} {is} {does}.", some_of(names))
        };
        let (mut verdict, mut sentences) = (Verdict::Timeout, Vec::new());
        if !self.at_work.is_empty() {
            sentences.push(are(&self.at_work, "at work"));
        } else if !self.asleep.is_empty() {
            sentences.push(are(&self.asleep, "asleep by the clock"));
        } else {
            verdict = Verdict::Deadlock;
            sentences.push(format!("{what}, and all of it waits."));
        }
        let stuck = self.stuck.iter().map(|stuck| stuck.describe(run, programs));
        sentences.extend(stuck.map(|clause| format!("{clause}.")));
        // If nothing was recorded, an empty log must not count as one that was cut off.
        let run = Run {
            is_idle: verdict == Verdict::Deadlock,
            ..run.clone()
        };
        let findings = (!run.events.is_empty()).then(|| run.check());
        let findings = findings.into_iter().flatten();
        let broken = findings.filter(|finding| finding.verdict == Held::Broken);
        sentences.extend(broken.take(3).map(|finding| finding.sentence));
        (verdict, sentences.join("\n"))
    }
}

/// A thread over all looks.
struct Seen {
    name: String,
    /// Its processor time at the first look.
    cpu: u64,
    used: u64,
    /// Whether it ran in every look. A waiting thread also runs for a moment when it wakes.
    is_running: bool,
    /// Whether it ran in at least one look.
    ran: bool,
    /// Whether it slept in at least one look.
    sleeps: bool,
}

impl Seen {
    fn new(before: Option<&Self>, now: Thread) -> Self {
        let cpu = before.map_or(now.cpu, |before| before.cpu);
        Self {
            name: now.name,
            cpu,
            used: now.cpu.saturating_sub(cpu),
            is_running: now.is_running && before.is_none_or(|before| before.is_running),
            ran: now.is_running || before.is_some_and(|before| before.ran),
            sleeps: now.sleeps || before.is_some_and(|before| before.sleeps),
        }
    }

    fn is_at_work(&self) -> bool {
        self.is_running || self.used > MOST_TICKS
    }
}

/// A thread that waits by the clock.
#[derive(Debug, Clone)]
pub(crate) struct Nap {
    pub(crate) name: String,
    /// True if it sleeps; false if it waits for something with a time limit.
    pub(crate) is_sleep: bool,
    /// Whether it was found because the log shows no wait (`clock::besides_waits`).
    pub(crate) is_besides: bool,
}

/// The threads that wait by the clock just now: pid, thread id and nap.
pub(crate) fn naps(pids: &[i32]) -> impl Iterator<Item = ((i32, i32), Nap)> {
    let all = pids.iter().flat_map(|&pid| threads(pid));
    let by_clock = all.filter(|(_, thread)| thread.sleeps || thread.has_limit);
    by_clock.map(|(id, thread)| {
        let nap = Nap {
            name: thread.name,
            is_sleep: thread.sleeps,
            is_besides: false,
        };
        (id, nap)
    })
}

pub(crate) struct Thread {
    pub(crate) name: String,
    /// Its processor time, in ticks of the kernel.
    pub(crate) cpu: u64,
    pub(crate) is_running: bool,
    sleeps: bool,
    /// Whether it waits for something else, with a time limit.
    has_limit: bool,
    /// Whether it waits for something else that time alone does not end.
    is_endless: bool,
}

/// The threads of a process, each with its pid and thread id.
///
/// Source: `proc_pid_wchan(5)`, `proc_pid_syscall(5)`.
pub(crate) fn threads(pid: i32) -> Vec<((i32, i32), Thread)> {
    let entries = fs::read_dir(format!("/proc/{pid}/task"))
        .into_iter()
        .flatten()
        .flatten();
    let tids = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
    tids.filter_map(|tid| Some(((pid, tid), thread(pid, tid)?)))
        .collect()
}

fn thread(pid: i32, tid: i32) -> Option<Thread> {
    let folder = format!("/proc/{pid}/task/{tid}");
    let wchan = fs::read_to_string(format!("{folder}/wchan")).unwrap_or_default();
    let call = fs::read_to_string(format!("{folder}/syscall")).unwrap_or_default();
    // Last: a thread that has just begun has the name of its parent, and has its own before it sleeps.
    let stat = Stat::read(Path::new(&folder))?;
    // The number of the call and its arguments.
    let words: Vec<&str> = call.split_whitespace().collect();
    let call = Call {
        number: words.first().and_then(|call| call.parse().ok()),
        arguments: words.get(1..).unwrap_or_default(),
    };
    let naps = [nix::libc::SYS_nanosleep, nix::libc::SYS_clock_nanosleep].map(Some);
    Some(Thread {
        name: stat.name,
        cpu: stat.ticks,
        // `D` means waiting for a disk, which counts as work.
        is_running: matches!(stat.state, 'R' | 'D'),
        has_limit: call.has_limit()
            || call
                .reads()
                .is_some_and(|socket| has_read_limit(pid, socket)),
        is_endless: stat.state == 'S' && call.is_endless(),
        sleeps: wchan.contains("nanosleep") || naps.contains(&call.number),
    })
}

/// The system call that a thread is in.
struct Call<'a> {
    /// `None` if it is in none or the kernel does not show it.
    number: Option<nix::libc::c_long>,
    /// The arguments, in hexadecimal as the kernel writes them.
    arguments: &'a [&'a str],
}

impl Call<'_> {
    /// Returns whether the call is a wait that ends by itself after some time.
    ///
    /// Source: futex(2), ppoll(2), pselect(2), `epoll_wait(2)`, sigtimedwait(2).
    fn has_limit(&self) -> bool {
        use nix::libc;
        // A limit is the address of a time, which is 0 without a limit, or a number of
        // milliseconds, which is -1 without a limit.
        let address = |index| self.argument(index) != Some(0);
        let millis = |index| self.argument(index).is_some_and(|it| it as u32 != u32::MAX);
        match self.number {
            Some(libc::SYS_futex) => address(3),
            #[cfg(target_arch = "x86_64")]
            Some(libc::SYS_poll) => millis(2),
            #[cfg(target_arch = "x86_64")]
            Some(libc::SYS_select) => address(4),
            #[cfg(target_arch = "x86_64")]
            Some(libc::SYS_epoll_wait) => millis(3),
            Some(libc::SYS_ppoll | libc::SYS_rt_sigtimedwait) => address(2),
            Some(libc::SYS_pselect6) => address(4),
            Some(libc::SYS_epoll_pwait) => millis(3),
            Some(libc::SYS_epoll_pwait2) => address(3),
            _ => false,
        }
    }

    /// Returns the descriptor of a socket from which the call may read.
    fn reads(&self) -> Option<u64> {
        use nix::libc;
        let reads = [libc::SYS_recvfrom, libc::SYS_recvmsg, libc::SYS_read].map(Some);
        reads.contains(&self.number).then(|| self.argument(0))?
    }

    /// Returns whether the call is a wait that only another thread or process ends. False for a
    /// call of which this is not known: it may wait for a timer, or at a socket with a time limit.
    fn is_endless(&self) -> bool {
        use nix::libc;
        match self.number {
            Some(libc::SYS_futex) => !self.has_limit(),
            Some(libc::SYS_wait4 | libc::SYS_waitid | libc::SYS_read | libc::SYS_write) => true,
            _ => false,
        }
    }

    fn argument(&self, index: usize) -> Option<u64> {
        let digits = self.arguments.get(index)?.strip_prefix("0x")?;
        u64::from_str_radix(digits, 16).ok()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::os::fd::AsFd;
    use std::os::unix::net::UnixStream;
    use std::sync::mpsc;
    use std::time::Instant;

    use child::wait_readable;

    use super::*;

    #[test]
    fn a_thread_that_wakes_for_a_moment_is_not_at_work() {
        let is_at_work = |looks: &[(bool, u64)]| {
            let thread = |&(is_running, cpu): &(bool, u64)| Thread {
                name: "waits".to_owned(),
                cpu,
                is_running,
                sleeps: false,
                has_limit: true,
                is_endless: false,
            };
            let looks = looks.iter().map(thread);
            let seen = looks.fold(None, |seen, now| Some(Seen::new(seen.as_ref(), now)));
            seen.unwrap().is_at_work()
        };
        assert!(!is_at_work(&[(false, 5), (true, 5), (false, 6)]));
        assert!(!is_at_work(&[(true, 5), (false, 5), (true, 5)]));
        assert!(is_at_work(&[(true, 5), (true, 5), (true, 5)]));
        assert!(is_at_work(&[(false, 5), (true, 6), (false, 7)]));
    }

    #[test]
    fn a_thread_that_sleeps_by_the_clock_is_distinguished_from_one_that_waits() {
        let (done, is_done) = mpsc::channel::<()>();
        let (more, has_more) = mpsc::channel::<()>();
        let start = |name: &str, body: Box<dyn FnOnce() + Send>| {
            thread::Builder::new().name(name.to_owned()).spawn(body)
        };
        let long = Duration::from_secs(60);
        let waits = start("waits", Box::new(move || _ = is_done.recv())).unwrap();
        let waits_a_while = move || _ = has_more.recv_timeout(long);
        let limited = start("waits a while", Box::new(waits_a_while)).unwrap();
        start("sleeps", Box::new(move || thread::sleep(long))).unwrap();
        let (bell, other) = UnixStream::pair().unwrap();
        let polls = move || drop(wait_readable(&[bell.as_fd()], Some(Instant::now() + long)));
        let polling = start("polls a while", Box::new(polls)).unwrap();
        let (bell, another) = UnixStream::pair().unwrap();
        let polls = move || drop(wait_readable(&[bell.as_fd()], None));
        let waiting = start("waits in poll", Box::new(polls)).unwrap();
        let pid = std::process::id().cast_signed();
        // A loop, because the threads may begin late.
        let expected = ["sleeps", "waits a while", "polls a while"];
        let is_seen = || {
            let naps: Vec<_> = naps(&[pid]).map(|(_, nap)| nap.name).collect();
            for name in ["waits", "waits in poll"] {
                assert!(!naps.contains(&name.to_owned()), "{naps:?}");
            }
            expected
                .iter()
                .all(|name| naps.contains(&(*name).to_owned()))
        };
        assert!((0..1000).any(|_| is_seen() || {
            thread::sleep(Duration::from_millis(10));
            false
        }));
        drop((done, more, other, another));
        for thread in [waits, limited, polling, waiting] {
            thread.join().unwrap();
        }
    }

    #[test]
    fn a_read_with_a_time_limit_is_distinguished_from_one_without() {
        let limits = [None, Some(Duration::from_secs(60))];
        let readers = limits.map(|limit| {
            let (mut socket, other) = UnixStream::pair().unwrap();
            socket.set_read_timeout(limit).unwrap();
            let name = format!("reads {}", limit.is_some());
            let reads = move || _ = socket.read(&mut [0]);
            (
                thread::Builder::new().name(name).spawn(reads).unwrap(),
                other,
            )
        });
        let pid = std::process::id().cast_signed();
        let is_seen = || {
            let naps: Vec<_> = naps(&[pid]).map(|(_, nap)| nap.name).collect();
            assert!(!naps.contains(&"reads false".to_owned()), "{naps:?}");
            naps.contains(&"reads true".to_owned())
        };
        // A loop, because the thread may begin late.
        assert!((0..1000).any(|_| is_seen() || {
            thread::sleep(Duration::from_millis(10));
            false
        }));
        for (reader, other) in readers {
            drop(other);
            reader.join().unwrap();
        }
    }
}
