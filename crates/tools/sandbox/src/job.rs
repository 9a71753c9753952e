//! What is to run in a box, and how much it may use.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

/// A folder or file of this machine that the box shows.
#[derive(Debug, Clone)]
pub struct Bind {
    /// Where it is here.
    pub host: PathBuf,
    /// Where it is in the box.
    pub inside: PathBuf,
    /// Whether the program may write there. The folder then has to belong to the user of the box
    /// (see [`Job::uid`]).
    pub is_writable: bool,
}

/// What the program and all that it starts may use.
#[derive(Debug, Clone)]
pub struct Limits {
    /// By the clock on the wall, from the start to the end.
    pub time: Duration,
    /// Seconds of a processor, for each process.
    pub cpu: Duration,
    /// Address space of each process.
    pub memory_bytes: u64,
    /// Memory that all processes have in use together, looked at every 50 ms. More ends the program.
    pub resident_bytes: u64,
    /// Processes and threads at the same time.
    pub processes: u64,
    /// Open files of each process.
    pub files: u64,
    /// The longest file that may be written, and the room in /tmp.
    pub file_bytes: u64,
    /// Standard output and standard error, each. More ends the program.
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
    /// Where it starts, in the box.
    pub folder: PathBuf,
    /// What it sees, beside the system's programs and libraries.
    pub binds: Vec<Bind>,
    /// How much it may use.
    pub limits: Limits,
    /// The user that it runs as, when this process is root: one of its own for each job that runs
    /// at the same time, since the kernel counts processes by user, and does not count root's.
    pub uid: u32,
}
