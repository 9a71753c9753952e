//! A program to run in a box, and the resources that it may use.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

/// A folder or file of this machine that the box shows.
#[derive(Debug, Clone)]
pub struct Bind {
    /// Its path on this machine.
    pub host: PathBuf,
    /// Its path in the box.
    pub inside: PathBuf,
    /// Whether the program may write to it. If so, it has to belong to the user of the box (see
    /// [`Job::uid`]).
    pub is_writable: bool,
}

/// The limits of a program and of all processes that it starts.
#[derive(Debug, Clone)]
pub struct Limits {
    /// The wall-clock time from start to end.
    pub time: Duration,
    /// The processor time of each process; whole seconds.
    pub cpu: Duration,
    /// The address space of each process.
    pub memory_bytes: u64,
    /// The memory that all processes have in use together, measured every 50 ms. More ends the program.
    pub resident_bytes: u64,
    /// The number of processes and threads at the same time.
    pub processes: u64,
    /// The number of open files of each process.
    pub files: u64,
    /// The largest file that may be written, and the size of /tmp.
    pub file_bytes: u64,
    /// The bytes of standard output and of standard error, each. More ends the program.
    pub output_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            time: Duration::from_secs(10),
            cpu: Duration::from_secs(10),
            memory_bytes: 2 << 30,
            resident_bytes: 2 << 30,
            processes: 64,
            files: 256,
            file_bytes: 64 << 20,
            output_bytes: 1 << 20,
        }
    }
}

/// A program to run in a box.
#[derive(Debug, Clone)]
pub struct Job {
    /// Its path in the box.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<OsString>,
    /// Its whole environment.
    pub environment: Vec<(OsString, OsString)>,
    /// Its working directory, in the box.
    pub folder: PathBuf,
    /// The folders and files that it sees, besides the system's programs and libraries.
    pub binds: Vec<Bind>,
    /// The resources that it may use.
    pub limits: Limits,
    /// The user that it runs as when this process is root. Jobs that run at the same time need a
    /// user each, because the kernel counts processes by user and does not count root's.
    pub uid: u32,
}
