//! Finds out whether a waiting thread sleeps until it is woken. Another thread watches it through
//! the kernel. The number of its sleeps is the number of its wake-ups; no verdict depends on how
//! long something takes.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use common::Stat;
use nix::sys::prctl::set_dumpable;
use nix::unistd::gettid;

use crate::fault::{expect_in_time, fault};
use crate::recorded::Recorded;
use crate::stall::naps;
use crate::wakes::{read_status, status_field};

/// The pause between two looks.
const LOOK: Duration = Duration::from_millis(10);

/// How often to look for a thread that stays asleep. A thread that polls all the time never does.
const LOOKS: u32 = 60;

/// How many looks in a row must find a thread in one sleep that the log does not explain.
const IN_ONE_SLEEP: u32 = 3;

/// How many looks in a row must find a thread in the same sleep.
const SAME: u32 = 10;

/// The state of a thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Doing {
    is_asleep: bool,
    /// How often it has gone to sleep.
    sleeps: u64,
}

impl Doing {
    /// Source: `proc_pid_status(5)`.
    fn of(pid: i32, tid: i32) -> Option<Self> {
        let text = read_status(Path::new(&format!("/proc/{pid}/task/{tid}")))?;
        let field = |name| status_field(&text, name);
        Some(Self {
            is_asleep: field("State")?.starts_with('S'),
            sleeps: field("voluntary_ctxt_switches")?.parse().ok()?,
        })
    }

    /// The states of all threads of this process except the calling one.
    fn of_others() -> BTreeMap<i32, Self> {
        let (pid, own) = (this_process(), gettid().as_raw());
        let threads = fs::read_dir("/proc/self/task");
        let tids = threads.into_iter().flatten().flatten();
        let tids = tids.filter_map(|thread| thread.file_name().to_str()?.parse().ok());
        let others = tids.filter(|&tid| tid != own);
        others
            .filter_map(|tid| Some((tid, Self::of(pid, tid)?)))
            .collect()
    }
}

fn this_process() -> i32 {
    common::pid().cast_signed()
}

/// Calls `wait`. When it sleeps, another thread calls `happen`, which causes the awaited event. Returns
/// the result of `wait`, and whether it slept on: then it waits by a clock or for something else.
/// A `wait` that never sleeps does not sleep on, so check its use of the processor, too ([`use_of`](crate::use_of)).
///
/// The kernel must know of the event when `happen` returns. If other threads of this process pass
/// it on to the caller, they get the time that they need.
pub fn sleeps_on<R>(wait: impl FnOnce() -> R, happen: impl FnOnce() + Send) -> (R, bool) {
    let (pid, tid) = (this_process(), gettid().as_raw());
    thread::scope(|scope| {
        let looks = scope.spawn(move || {
            let before = asleep(pid, tid);
            happen();
            before.is_some_and(|before| is_left_asleep(pid, tid, before))
        });
        let result = wait();
        (result, looks.join().unwrap_or_default())
    })
}

/// Waits until a thread has been in one sleep for some time, and returns its state then.
fn asleep(pid: i32, tid: i32) -> Option<Doing> {
    let (mut last, mut times) = (None, 0);
    for _ in 0..LOOKS {
        let now = Doing::of(pid, tid).filter(|now| now.is_asleep);
        times = if now == last { times + 1 } else { 0 };
        last = now;
        if last.is_some() && times >= SAME {
            return last;
        }
        thread::sleep(LOOK);
    }
    last
}

/// Returns whether a thread is still in that sleep while no other thread runs that could wake it.
fn is_left_asleep(pid: i32, tid: i32, before: Doing) -> bool {
    let mut others = BTreeMap::new();
    while Doing::of(pid, tid) == Some(before) {
        let now = Doing::of_others();
        if now == others && now.values().all(|other| other.is_asleep) {
            return true;
        }
        others = now;
        thread::sleep(LOOK / 10);
    }
    false
}

/// Calls `wait`, and checks that the calling thread sleeps only while its last event is a wait.
/// Returns the result, and whether it was seen asleep elsewhere, as one that polls with pauses is.
pub fn sleeps_besides<R>(recorded: &Recorded, wait: impl FnOnce() -> R) -> (R, bool) {
    let (pid, tid) = (this_process(), gettid().as_raw());
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        let looks = scope.spawn(|| {
            let (mut last, mut times, mut is_seen) = (None, 0, false);
            while !is_over.load(Ordering::Relaxed) {
                let before = Doing::of(pid, tid).filter(|doing| doing.is_asleep);
                let waits = recorded.is_waiting((pid, tid));
                // In a single sleep the thread records nothing, so the log is valid for it. (A line
                // of another process may be only half written.)
                let is_besides = !waits && before.is_some() && before == Doing::of(pid, tid);
                times = match is_besides {
                    true if before == last => times + 1,
                    true => 1,
                    false => 0,
                };
                last = before;
                is_seen |= times >= IN_ONE_SLEEP;
                thread::sleep(LOOK / 2);
            }
            is_seen
        });
        let result = wait();
        is_over.store(true, Ordering::Relaxed);
        (result, looks.join().unwrap_or_default())
    })
}

/// Lets the process of the check inspect this process, which must be its child (see [`expect_rest`]).
/// The kernel shows no process the state of one that is closed, as those of a check are.
pub fn may_be_looked_at() {
    // If this fails, less is found out.
    let _done = set_dumpable(true);
}

/// Checks for some time that this process, which has nothing to do, neither sleeps by a clock nor
/// uses the processor. It must be a child that has called [`may_be_looked_at`].
///
/// # Panics
/// With a [`Fault`](crate::Fault) when it does.
pub fn expect_rest(pid: u32, who: &str) {
    let pid = pid.cast_signed();
    let before = ticks(pid);
    let mut always_runs = true;
    for _ in 0..LOOKS {
        always_runs &= Stat::of(pid).is_some_and(|stat| stat.state == 'R');
        if naps(&[pid]).any(|(_, nap)| nap.is_sleep) {
            fault(format!(
                "{who} has to wait, but sleeps by the clock: it polls. It should sleep until it is \
                 woken."
            ));
        }
        thread::sleep(LOOK);
    }
    let used = ticks(pid).saturating_sub(before);
    if used > MOST_TICKS {
        fault(format!(
            "{who} has to wait, but used the processor for {} ms meanwhile: it polls all the time.",
            10 * used
        ));
    }
    // On a busy machine it may get little processor time, and still it never goes to sleep.
    expect_in_time(!always_runs, || {
        format!("{who} has to wait, but never went to sleep meanwhile: it polls all the time.")
    });
}

/// The most processor time that it may use during these looks, in the kernel's ticks, 100 a second.
const MOST_TICKS: u64 = 10;

/// The processor time of a process, in ticks; 0 once it has gone.
fn ticks(pid: i32) -> u64 {
    Stat::of(pid).map_or(0, |stat| stat.ticks)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[test]
    fn a_waiter_is_woken_and_a_poller_sleeps_on() {
        for _ in 0..3 {
            let (sender, receiver) = mpsc::channel::<()>();
            let waits = || receiver.recv_timeout(Duration::from_secs(60)).is_ok();
            assert_eq!(sleeps_on(waits, move || drop(sender)), (false, false));
        }
        // The pause is so long that all other threads, including those of tests, are seen asleep in it.
        let is_there = AtomicBool::new(false);
        let asks = || {
            while !is_there.load(Ordering::SeqCst) {
                thread::park_timeout(Duration::from_secs(8));
            }
        };
        let happens = || is_there.store(true, Ordering::SeqCst);
        assert_eq!(sleeps_on(asks, happens), ((), true));
    }

    #[test]
    fn a_thread_that_is_woken_by_another_one_is_woken() {
        for _ in 0..3 {
            let (sender, receiver) = mpsc::channel::<()>();
            let (hand_on, handed_on) = mpsc::channel::<()>();
            let between = thread::spawn(move || {
                let _end = receiver.recv();
                drop(hand_on);
            });
            let waits = || handed_on.recv_timeout(Duration::from_secs(60)).is_ok();
            assert_eq!(sleeps_on(waits, move || drop(sender)), (false, false));
            between.join().unwrap();
        }
    }
}
