//! Steps through a process that is not our child, such as a worker (its parent is the supervisor),
//! and kills it there. Otherwise this is like `lesson_test::kill_after`.

use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use common::pid;
use ipc_shared::AtomicValue;
use lesson_test::{stay_on_one_processor, until};
use nix::errno::Errno;
use nix::sys::ptrace;
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::Pid;

/// A process that takes longer than this counts as hung.
pub(crate) const LIMIT: Duration = Duration::from_secs(20);

/// A process that is to be stepped through, from one place in its program to another.
#[derive(Clone)]
pub(crate) struct Victim {
    pid: AtomicValue<AtomicU32>,
    may_go: AtomicValue<AtomicU32>,
    has_ended: AtomicValue<AtomicU32>,
}

impl Victim {
    pub(crate) fn new() -> Self {
        let flag = || AtomicValue::new(AtomicU32::new(0)).unwrap();
        Self {
            pid: flag(),
            may_go: flag(),
            has_ended: flag(),
        }
    }

    /// Called in the victim, where the steps begin. Only the first process that calls it is the victim.
    pub(crate) fn begin(&self) {
        let is_first = self
            .pid
            .compare_exchange(0, pid(), Ordering::AcqRel, Ordering::Relaxed);
        if is_first.is_ok() {
            while self.may_go.load(Ordering::Acquire) == 0 {
                thread::yield_now();
            }
        }
    }

    /// Returns whether a process has come to the place where the steps begin.
    pub(crate) fn has_begun(&self) -> bool {
        self.pid.load(Ordering::Acquire) != 0
    }

    /// Called in the victim, where the steps end.
    pub(crate) fn end(&self) {
        if self.pid.load(Ordering::Acquire) == pid() {
            self.has_ended.store(1, Ordering::Release);
            // It is killed here at the latest.
            loop {
                thread::sleep(LIMIT);
            }
        }
    }

    /// Kills the victim after `steps` instructions. Returns false if it reached its end first.
    pub(crate) fn kill_after(&self, steps: usize) -> bool {
        until("the victim begins", || self.has_begun());
        let victim = self.pid.load(Ordering::Acquire);
        stay_on_one_processor(victim);
        let victim = Pid::from_raw(victim.cast_signed());
        ptrace::attach(victim).unwrap();
        wait_for_stop(victim);
        self.may_go.store(1, Ordering::Release);
        for _ in 0..steps {
            if self.has_ended.load(Ordering::Acquire) != 0 {
                break;
            }
            ptrace::step(victim, None).unwrap();
            wait_for_stop(victim);
        }
        let is_over = self.has_ended.load(Ordering::Acquire) != 0;
        kill(victim, Signal::SIGKILL).unwrap();
        // Its parent learns of its end only after this process has.
        while !matches!(
            waitpid(victim, None),
            Ok(WaitStatus::Signaled(..)) | Err(Errno::ECHILD)
        ) {}
        !is_over
    }
}

fn wait_for_stop(victim: Pid) {
    loop {
        match waitpid(victim, None) {
            Ok(WaitStatus::Stopped(..)) => return,
            Err(Errno::EINTR) => {}
            other => panic!("the victim was to stop, and did something else: {other:?}"),
        }
    }
}
