//! Runs on one core. There a process that asks in a loop takes the time of the one that it waits for,
//! and a process may go on for long before another one has its turn.

use std::io;
use std::panic::resume_unwind;
use std::process::{Child, Command};
use std::thread;

use nix::sched::{CpuSet, sched_getcpu, sched_setaffinity};
use nix::unistd::Pid;

/// What a student puts before a command to have the same: each machine has a first core.
pub(crate) const ON_FIRST_CORE: &str = "taskset -c 0";

/// Binds the calling thread, and all that it starts from now on, to the core on which it is. Where the
/// system refuses that, it stays on all cores.
pub(crate) fn bind() {
    let mut one = CpuSet::new();
    if let Ok(core) = sched_getcpu()
        && one.set(core).is_ok()
    {
        let _on_all_cores = sched_setaffinity(Pid::from_raw(0), &one);
    }
}

/// Starts a program that is bound to one core: by a thread that is.
pub(crate) fn spawn(command: &mut Command) -> io::Result<Child> {
    let bound = || {
        bind();
        command.spawn()
    };
    let spawned = thread::scope(|scope| scope.spawn(bound).join());
    spawned.unwrap_or_else(|panic| resume_unwind(panic))
}
