//! Kills a process at a chosen instruction.
//!
//! A program that survives SIGKILL must allow a process to die between any two instructions. Random
//! kills seldom hit the few that matter. So a test runs a child one instruction at a time
//! (ptrace(2)) and kills it after a number of them, with another number each time.
//!
//! The child calls [`begin_steps`] before the call to cut off and [`end_steps`] after it; its
//! parent calls [`kill_after`].

use nix::errno::Errno;
use nix::sched::{CpuSet, sched_getcpu, sched_setaffinity};
use nix::sys::ptrace;
use nix::sys::signal::{Signal, kill, raise};
use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::Pid;

use crate::storms::rounds;

/// Called in the child: stops until the parent continues it.
///
/// # Panics
/// When the system allows no tracing.
pub fn begin_steps() {
    ptrace::traceme().expect("a child may be traced by its parent");
    raise(Signal::SIGSTOP).expect("a process may stop itself");
}

/// The signal with which a child stops at the end. Not SIGSTOP, with which other programs pause a process.
pub(crate) const END: Signal = Signal::SIGUSR1;

/// Called in the child after the call that may be cut off.
///
/// # Panics
/// Never: a process may send itself a signal.
pub fn end_steps() {
    raise(END).expect("a process may send itself a signal");
}

/// Called in the parent: waits until the child has begun, lets it run `steps` instructions, and
/// kills it. Returns false if the child reached its end first. The caller still has to wait for the
/// child.
///
/// # Panics
/// When the child ends in another way, or the system allows no tracing.
#[must_use]
pub fn kill_after(child: u32, steps: usize) -> bool {
    stay_on_one_processor(child);
    kill_between(child, steps, |child| ptrace::step(child, None))
}

/// Like [`kill_after`], but each step leads to the next entry to or exit from a system call. In a
/// process that shares no memory, only these steps have an effect that others can see.
///
/// # Panics
/// When the child ends in another way, or the system allows no tracing.
#[must_use]
pub fn kill_at_system_call(child: u32, stops: usize) -> bool {
    kill_between(child, stops, |child| ptrace::syscall(child, None))
}

fn kill_between(child: u32, stops: usize, go_on: impl Fn(Pid) -> nix::Result<()>) -> bool {
    let child = Pid::from_raw(child.cast_signed());
    assert_eq!(stopped_by(child), Signal::SIGSTOP, "the child begins");
    let inside = (0..stops).all(|_| {
        go_on(child).expect("a stopped child can go on");
        stopped_by(child) != END
    });
    kill(child, Signal::SIGKILL).expect("a child can be killed");
    inside
}

/// Kills any process. Returns false when no process has this pid.
pub fn kill_now(process: u32) -> bool {
    kill(Pid::from_raw(process.cast_signed()), Signal::SIGKILL).is_ok()
}

/// Calls `kill_at` with at least [`rounds(kills)`](rounds) numbers of steps, spread evenly over all
/// instructions of a call. `kill_at` runs the call for that many steps, kills it ([`kill_after`]),
/// checks what is left, and returns whether the call had reached its end.
pub fn kill_everywhere(kills: usize, mut kill_at: impl FnMut(usize) -> bool) {
    // Finds the length of the call. Doubling ends at less than twice the length.
    let mut length = 64;
    while !kill_at(length) {
        length *= 2;
    }
    let stride = (length / 2 / rounds(kills)).max(1);
    let mut steps = 0;
    while !kill_at(steps) {
        steps += stride;
    }
}

/// Waits until the child stops, and returns the signal that stopped it.
pub(crate) fn stopped_by(child: Pid) -> Signal {
    loop {
        match waitpid(child, None) {
            Ok(WaitStatus::Stopped(_, signal)) => return signal,
            Err(Errno::EINTR) => {}
            other => panic!("the child was to stop, and did something else: {other:?}"),
        }
    }
}

/// Puts this process on the same processor as the child that it steps. Each step switches to the
/// child and back, which takes ten times as long between two processors. If this fails, the test is
/// only slower.
pub fn stay_on_one_processor(stepped: u32) {
    let mut one = CpuSet::new();
    if let Ok(cpu) = sched_getcpu()
        && one.set(cpu).is_ok()
    {
        let _only_slower = sched_setaffinity(Pid::from_raw(0), &one);
        let _only_slower = sched_setaffinity(Pid::from_raw(stepped.cast_signed()), &one);
    }
}
