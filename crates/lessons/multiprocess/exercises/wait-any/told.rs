//! Processes that end when the check tells them to.

use std::io::Read;
use std::iter;
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::time::Duration;

use multiprocess::{Exit, Process, wait_any};
use nix::sys::wait::{Id, WaitPidFlag, waitid};
use nix::unistd::Pid;

/// Lets a process end, and waits until the kernel reports its end.
pub(crate) fn end(gate: &UnixStream, pid: u32) {
    let _ends = gate.shutdown(Shutdown::Both);
    let flags = WaitPidFlag::WEXITED | WaitPidFlag::WNOWAIT;
    let ended = waitid(Id::Pid(Pid::from_raw(pid.cast_signed())), flags);
    ended.expect("it is a child");
}

/// Processes that run until their gate is shut down.
pub(crate) struct Told {
    pub(crate) processes: Vec<Process<()>>,
    pub(crate) gates: Vec<UnixStream>,
}

impl Told {
    /// The last in the list is the oldest, so neither the lowest nor the highest pid is always the first.
    pub(crate) fn new(count: usize) -> Self {
        let (mut processes, mut gates) = (Vec::new(), Vec::new());
        for place in iter::once(count - 1).chain(0..count - 1) {
            // An answer that leaves descriptors open may have used them up, so this is a fault of its own.
            let (gate, mut waits) = UnixStream::pair().expect("a socket pair");
            let target = move || {
                let _end = waits.read(&mut [0]);
            };
            let process = Process::start(format!("process {place}"), target);
            processes.push(process.expect("a process starts"));
            gates.push(gate);
        }
        processes.rotate_left(1);
        gates.rotate_left(1);
        Self { processes, gates }
    }

    pub(crate) fn tell(&self, place: usize) {
        let _ends = self.gates[place].shutdown(Shutdown::Both);
    }

    pub(crate) fn end(&self, place: usize) {
        end(&self.gates[place], self.processes[place].pid());
    }

    pub(crate) fn any(&mut self, limit: Duration) -> Option<usize> {
        let mut all: Vec<_> = self.processes.iter_mut().collect();
        let waited = wait_any(&mut all, limit);
        waited.expect("no error of the system")
    }

    pub(crate) fn remove(&mut self, place: usize) {
        self.gates.remove(place);
        let exit = self.processes.remove(place).exit();
        assert_eq!(
            exit,
            Some(Exit::Code(0)),
            "how a process ended that should end well"
        );
    }
}
