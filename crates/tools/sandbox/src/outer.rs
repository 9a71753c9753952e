//! The part outside of the box: starts the box, limits and keeps its output, and ends it.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::libc;
use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, pipe2};

use crate::bwrap::{init_program, words};
use crate::job::Job;
use crate::memory;
use crate::record::{How, ORDERS_FD, RECORD_FD, Record};
use crate::stage::Stage;
use crate::streams::{Cut, Streams};

/// How a job ended. This is decided by the clock, the counted bytes and the supervisor's record,
/// never by what the program printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The program has ended, and so have all processes that it started.
    Ended(How),
    /// The program has ended, and these processes were still running.
    LeftBehind(How, Vec<String>),
    /// The box was ended because its time was over.
    TimedOut,
    /// The box was ended because the program printed more than it may.
    TooMuchOutput,
    /// The box was ended because its processes together used more memory than they may.
    TooMuchMemory,
    /// The supervisor has written no record: the box itself has failed or was killed.
    NoRecord,
}

/// The result of a job.
#[derive(Debug)]
pub struct Ended {
    /// How it ended.
    pub verdict: Verdict,
    /// Its standard output, up to the limit.
    pub stdout: Vec<u8>,
    /// Its standard error, up to the limit, including errors of bubblewrap itself.
    pub stderr: Vec<u8>,
    /// The wall-clock time that the job took.
    pub took: Duration,
}

/// Runs the job in a box until it ends. Blocks for at most its time limit and some seconds to end the box.
///
/// # Errors
/// When the box cannot be made. Nothing of the job has run then.
pub fn run(job: &Job) -> io::Result<Ended> {
    let nonce = nonce()?;
    let (orders, to_init) = pipe()?;
    let (from_init, record) = pipe()?;
    let (stdout, to_stdout) = pipe()?;
    let (stderr, to_stderr) = pipe()?;
    let begun = Instant::now();
    let deadline = begun.checked_add(job.limits.time);
    let deadline = deadline.ok_or(io::ErrorKind::InvalidInput)?;
    let mut child = spawn(job, [&orders, &record], to_stdout, to_stderr)?;
    drop((orders, record));
    // The write fails if bwrap has failed; then there is no record, and stderr has the reason.
    let _no_box = File::from(to_init).write_all(nonce.as_bytes());
    let mut streams = Streams::new(stdout, stderr, from_init, job.limits.output_bytes);
    let bwrap = child.id().cast_signed();
    let cut = streams.collect(deadline, || {
        memory::resident_bytes(bwrap) > job.limits.resident_bytes
    });
    end(&mut child, !matches!(cut, Ok(None)))?;
    let cut = match cut? {
        None => streams.drain(),
        cut => cut,
    };
    let record = String::from_utf8_lossy(&streams.record.bytes).into_owned();
    let verdict = match (cut, Record::parse(&record, &nonce)) {
        (Some(Cut::Time), _) => Verdict::TimedOut,
        (Some(Cut::Output), _) => Verdict::TooMuchOutput,
        (Some(Cut::Memory), _) => Verdict::TooMuchMemory,
        (None, None) => Verdict::NoRecord,
        (None, Some(Record { how, left })) if left.is_empty() => Verdict::Ended(how),
        (None, Some(Record { how, left })) => Verdict::LeftBehind(how, left),
    };
    Ok(Ended {
        verdict,
        stdout: streams.stdout.bytes,
        stderr: streams.stderr.bytes,
        took: begun.elapsed(),
    })
}

/// How long the end of a box may take.
const END: Duration = Duration::from_secs(5);

/// Waits until bwrap has ended, which happens after everything in the box has. With `by_force`,
/// ends the box first.
fn end(child: &mut Child, by_force: bool) -> io::Result<()> {
    let bwrap = child.id().cast_signed();
    if by_force {
        // Kills process 1 of the box: the kernel then kills all others, and bwrap ends by itself.
        // If bwrap were killed first, a box that is still being made could be left behind.
        let inner = memory::children(bwrap).first().copied();
        let _gone_already = kill(Pid::from_raw(inner.unwrap_or(bwrap)), Signal::SIGKILL);
    }
    let limit = Instant::now() + END;
    while child.try_wait()?.is_none() {
        if Instant::now() > limit {
            child.kill()?;
            child.wait()?;
            break;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    Ok(())
}

/// Returns a value that no program can guess: 128 random bits from the system.
fn nonce() -> io::Result<String> {
    let mut bytes = [0; 16];
    File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Creates a pipe whose ends have higher numbers than the supervisor's descriptors, and are closed
/// in every program that this process starts.
fn pipe() -> io::Result<(OwnedFd, OwnedFd)> {
    let (reading, writing) = pipe2(OFlag::O_CLOEXEC)?;
    Ok((lift(&reading)?, lift(&writing)?))
}

fn lift(fd: &OwnedFd) -> io::Result<OwnedFd> {
    let lifted = fcntl(fd, FcntlArg::F_DUPFD_CLOEXEC(RECORD_FD + 1))?;
    // SAFETY: the call has just made this descriptor, for us alone.
    Ok(unsafe { OwnedFd::from_raw_fd(lifted) })
}

fn spawn(job: &Job, fds: [&OwnedFd; 2], out: OwnedFd, err: OwnedFd) -> io::Result<Child> {
    let hosts = job.binds.iter().map(|bind| bind.host.clone());
    let is_root = nix::unistd::geteuid().is_root();
    let stage = is_root
        .then(|| Stage::new(hosts.chain([init_program()])))
        .transpose()?;
    let visible = |path: &Path| -> OsString {
        let place = stage.as_ref().and_then(|stage| stage.place_of(path));
        place.map_or_else(|| path.into(), PathBuf::into_os_string)
    };
    let mut command = Command::new("bwrap");
    command.args(words(job, visible));
    // Cleared, because bwrap's own environment can be read in the box, at /proc/1/environ.
    command.env_clear().env("PATH", "/usr/bin:/bin");
    command.stdin(Stdio::null()).stdout(out).stderr(err);
    let [orders, record] = fds.map(AsRawFd::as_raw_fd);
    let uid = job.uid;
    let before_exec = move || {
        if let Some(stage) = &stage {
            stage.set()?;
            Stage::leave_root(uid)?;
        }
        for (fd, number) in [(orders, ORDERS_FD), (record, RECORD_FD)] {
            // SAFETY: dup2 takes any numbers and touches no memory.
            Errno::result(unsafe { libc::dup2(fd, number) })?;
        }
        // Descriptors that this process has inherited must not reach the program either.
        let (first, last) = (RECORD_FD + 1, libc::c_int::MAX);
        let flags = libc::CLOSE_RANGE_CLOEXEC;
        // SAFETY: three numbers; the descriptors are closed in the next program only.
        Errno::result(unsafe { libc::syscall(libc::SYS_close_range, first, last, flags) })?;
        Ok(())
    };
    // SAFETY: between fork and exec it makes system calls only, on what was prepared before.
    unsafe { command.pre_exec(before_exec) };
    command.spawn()
}
