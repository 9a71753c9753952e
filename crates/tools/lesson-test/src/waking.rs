//! Stops a process right after it was woken.
//!
//! A wake-up for one sleeper is lost when that sleeper is killed before it has acted on it. This
//! takes some hundred instructions, so a test reaches the moment by stepping (ptrace(2)): the child
//! calls [`begin_steps`](crate::begin_steps) before the call that will sleep and
//! [`end_steps`](crate::end_steps) after it.

use std::time::{Duration, Instant};

use common::Stat;
use nix::errno::Errno;
use nix::sys::ptrace;
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;

use crate::stepping::{END, stopped_by};
use crate::{is_dead, stay_on_one_processor, until};

/// How long a process has to sleep to count as waiting for a wake-up; a shorter sleep may end by itself.
const SOUND: Duration = Duration::from_millis(5);

/// Waits until a process has been asleep for 5 ms.
///
/// # Panics
/// When it ends instead, or does not fall asleep in time.
#[track_caller]
pub fn until_asleep(process: u32) {
    let mut since = None;
    until("the process sleeps", || {
        assert!(
            !is_dead(process),
            "the process has ended instead of falling asleep"
        );
        if !is_asleep(process) {
            since = None;
        }
        is_asleep(process) && since.get_or_insert_with(Instant::now).elapsed() > SOUND
    });
}

/// Called in the parent: waits until the child has begun, then lets it run until it sleeps. When
/// the child is woken, it stops before its next instruction.
///
/// # Panics
/// When it ends instead, or the system allows no tracing.
pub fn run_until_asleep(child: u32) {
    let pid = Pid::from_raw(child.cast_signed());
    assert_eq!(stopped_by(pid), Signal::SIGSTOP, "the child begins");
    go_on_until_asleep(pid);
}

/// Like [`run_until_asleep`], for a process that already sleeps and need not be a child. End it
/// with [`kill_attached`].
///
/// # Panics
/// When it ends instead, or the system allows no tracing.
pub fn attach_asleep(process: u32) {
    until_asleep(process);
    let pid = Pid::from_raw(process.cast_signed());
    ptrace::attach(pid).expect("a process of this test may be traced");
    assert_eq!(stopped_by(pid), Signal::SIGSTOP, "attaching stops it");
    go_on_until_asleep(pid);
}

fn go_on_until_asleep(pid: Pid) {
    let process = pid.as_raw().cast_unsigned();
    stay_on_one_processor(process);
    let mut since = None;
    ptrace::syscall(pid, None).expect("a stopped process can go on");
    until("the process sleeps", || {
        match waitpid(pid, Some(WaitPidFlag::WNOHANG)) {
            Ok(WaitStatus::StillAlive) if is_asleep(process) => {}
            Ok(WaitStatus::StillAlive) => since = None,
            Ok(WaitStatus::Stopped(_, Signal::SIGTRAP)) => {
                since = None;
                ptrace::syscall(pid, None).expect("a stopped process can go on");
            }
            other => panic!("the process was to sleep, and did something else: {other:?}"),
        }
        since.get_or_insert_with(Instant::now).elapsed() > SOUND
    });
}

/// Kills a process that [`attach_asleep`] has attached to. Its parent learns of its end only after this.
///
/// # Panics
/// When there is no such process.
pub fn kill_attached(process: u32) {
    let pid = Pid::from_raw(process.cast_signed());
    kill(pid, Signal::SIGKILL).expect("an attached process can be killed");
    while !matches!(
        waitpid(pid, None),
        Ok(WaitStatus::Signaled(..)) | Err(Errno::ECHILD)
    ) {}
}

/// Called in the parent after the child was woken: lets it run `steps` instructions and leaves it
/// stopped there. Returns false if it reached its end first.
///
/// # Panics
/// When the child ends in another way, or nothing wakes it.
#[must_use]
pub fn step_on(child: u32, steps: usize) -> bool {
    let pid = Pid::from_raw(child.cast_signed());
    stopped_by(pid) != END
        && (0..steps).all(|_| {
            ptrace::step(pid, None).expect("a stopped child can go on");
            stopped_by(pid) != END
        })
}

/// Returns whether the first thread of a process is asleep.
fn is_asleep(process: u32) -> bool {
    Stat::of(process.cast_signed()).is_some_and(|stat| stat.state == 'S')
}
