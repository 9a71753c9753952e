//! Runs on one core. There a process that polls takes processor time from the process that it waits
//! for, and a process may run for long before another one has its turn.

use std::io;
use std::panic::resume_unwind;
use std::process::{Child, Command};
use std::thread;

use nix::sched::{CpuSet, sched_getcpu, sched_setaffinity};
use nix::unistd::Pid;

/// The prefix with which a student runs a command on one core; every machine has a first core.
pub(crate) const ON_FIRST_CORE: &str = "taskset -c 0";

/// Binds the calling thread, and all that it starts from now on, to its current core. Returns
/// whether the system has allowed this; if not, it stays on all cores.
pub(crate) fn bind() -> bool {
    let mut one = CpuSet::new();
    let bound = sched_getcpu()
        .and_then(|core| one.set(core))
        .and_then(|()| sched_setaffinity(Pid::from_raw(0), &one));
    bound.is_ok()
}

/// Starts a program from a thread that is bound to one core; also returns whether it is bound.
pub(crate) fn spawn(command: &mut Command) -> io::Result<(Child, bool)> {
    let bound = || {
        let is_bound = bind();
        Ok((command.spawn()?, is_bound))
    };
    let spawned = thread::scope(|scope| scope.spawn(bound).join());
    spawned.unwrap_or_else(|panic| resume_unwind(panic))
}
