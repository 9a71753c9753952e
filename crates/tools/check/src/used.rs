//! The resources that processes and threads have used, as the kernel counts them.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::{TimeVal, TimeValLike};
use nix::unistd::gettid;

use crate::stall::naps;

/// The resources that were used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Used {
    /// The processor time.
    pub cpu: Duration,
    /// How often it went to sleep by itself. Code that polls with pauses does so more often than
    /// code that waits.
    pub sleeps: u64,
}

impl Used {
    pub(crate) fn since(self, before: Self) -> Self {
        Self {
            cpu: self.cpu.saturating_sub(before.cpu),
            sleeps: self.sleeps.saturating_sub(before.sleeps),
        }
    }
}

/// Calls `act`, and returns its result and what the calling thread has used for it.
pub fn use_of<R>(act: impl FnOnce() -> R) -> (R, Used) {
    let before = used(UsageWho::RUSAGE_THREAD);
    let result = act();
    (result, used(UsageWho::RUSAGE_THREAD).since(before))
}

/// Calls `act`, and returns its result and what all threads of this process have used meanwhile.
pub fn use_of_process<R>(act: impl FnOnce() -> R) -> (R, Used) {
    let before = used(UsageWho::RUSAGE_SELF);
    let result = act();
    (result, used(UsageWho::RUSAGE_SELF).since(before))
}

/// Calls `act`, and returns whether the calling thread was seen in a sleep by the clock meanwhile.
/// Such a sleep goes on even when the event has happened.
pub fn sleeps_in<R>(act: impl FnOnce() -> R) -> (R, bool) {
    let (pid, tid) = (common::pid().cast_signed(), gettid().as_raw());
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        let looks = scope.spawn(|| {
            let mut has_slept = false;
            while !is_over.load(Ordering::Relaxed) {
                let pids = [pid];
                has_slept |= naps(&pids).any(|((_, its), nap)| its == tid && nap.is_sleep);
                thread::sleep(Duration::from_millis(10));
            }
            has_slept
        });
        let result = act();
        is_over.store(true, Ordering::Relaxed);
        (result, looks.join().unwrap_or_default())
    })
}

/// The resources used so far.
pub(crate) fn used(who: UsageWho) -> Used {
    let time = |time: TimeVal| Duration::from_micros(time.num_microseconds().cast_unsigned());
    getrusage(who).map_or_else(
        |_| Used::default(),
        |usage| Used {
            cpu: time(usage.user_time()) + time(usage.system_time()),
            sleeps: usage.voluntary_context_switches().cast_unsigned(),
        },
    )
}

#[cfg(test)]
mod tests {
    use std::thread::sleep;

    use super::*;

    #[test]
    fn polling_goes_to_sleep_more_often_than_waiting() {
        let ((), waits) = use_of(|| sleep(Duration::from_millis(50)));
        let ((), asks) = use_of(|| (0..50).for_each(|_| sleep(Duration::from_millis(1))));
        assert!(waits.sleeps < 10 && asks.sleeps >= 40, "{waits:?} {asks:?}");
    }

    #[test]
    fn a_sleep_by_the_clock_is_distinguished_from_a_wait() {
        let a_while = Duration::from_millis(400);
        let ((), sleeps) = sleeps_in(|| sleep(a_while));
        let (_never, is_done) = std::sync::mpsc::channel::<()>();
        let ((), waits) = sleeps_in(|| _ = is_done.recv_timeout(a_while));
        assert!(sleeps && !waits, "{sleeps} {waits}");
    }
}
