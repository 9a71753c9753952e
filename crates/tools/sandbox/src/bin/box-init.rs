//! The supervisor in the box: process 1, which starts the program and records how it ended.
//!
//! The program cannot reach it. It is not dumpable, so its memory, its descriptors and its
//! environment in /proc are closed to other processes of the same user, and it cannot be traced.
//! Descriptors 3 and 4 are closed before the program starts. The kernel lets no process in a
//! namespace kill the namespace's process 1.

use std::ffi::{CString, OsString};
use std::fs::{self, File};
use std::io::{Read, Write};
use std::os::fd::FromRawFd;
use std::os::unix::ffi::OsStringExt;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use child::{reap_any, try_reap_any};
use nix::errno::Errno;
use nix::fcntl::OFlag;
use nix::libc;
use nix::sys::prctl::set_dumpable;
use nix::sys::resource::{Resource, setrlimit};
use nix::sys::signal::{SigHandler, SigSet, Signal, kill, signal};
use nix::unistd::{ForkResult, Pid, execv, fork, pipe2, write};
use sandbox::record::{How, ORDERS_FD, RECORD_FD, Record};

fn main() -> ExitCode {
    let words: Vec<OsString> = std::env::args_os().skip(1).collect();
    let _before_anything_else = set_dumpable(false);
    // SAFETY: the parent has opened this descriptor for us, and nothing else here has it.
    let orders = unsafe { File::from_raw_fd(ORDERS_FD) };
    // SAFETY: the parent has opened this one, too, and nothing else here has it.
    let record = unsafe { File::from_raw_fd(RECORD_FD) };
    let mut nonce = String::new();
    if (&orders).take(64).read_to_string(&mut nonce).is_err() || nonce.is_empty() {
        return ExitCode::FAILURE;
    }
    drop(orders);
    let how = start(&words).and_then(wait_for);
    let how = how.unwrap_or_else(|errno| How::NotStarted(errno as i32));
    let left = end_what_is_left();
    let line = Record { how, left }.write(&nonce);
    match (&record).write_all(line.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// Forks; the child sets the limits and executes the program. An error in the child is sent over a
/// pipe, which a successful exec closes.
fn start(words: &[OsString]) -> Result<Pid, Errno> {
    let (limits, words) = words.split_at_checked(5).ok_or(Errno::EINVAL)?;
    let numbers = limits.iter().map(|word| word.to_str()?.parse::<u64>().ok());
    let numbers: Vec<u64> = numbers.collect::<Option<_>>().ok_or(Errno::EINVAL)?;
    let words = words
        .iter()
        .map(|word| CString::new(word.clone().into_vec()));
    let words: Vec<CString> = words.collect::<Result<_, _>>().map_err(|_| Errno::EINVAL)?;
    let program = words.first().ok_or(Errno::EINVAL)?.clone();
    let (failure, failed) = pipe2(OFlag::O_CLOEXEC)?;
    // SAFETY: this process has one thread.
    match unsafe { fork() }? {
        ForkResult::Child => {
            let errno = become_program(&numbers, &program, &words);
            let _parent_waits = write(&failed, &(errno as i32).to_le_bytes());
            // SAFETY: takes any number and does not return.
            unsafe { libc::_exit(1) }
        }
        ForkResult::Parent { child } => {
            drop(failed);
            let mut errno = Vec::new();
            let _none = File::from(failure).read_to_end(&mut errno);
            match <[u8; 4]>::try_from(errno) {
                Err(_) => Ok(child),
                Ok(errno) => Err(Errno::from_raw(i32::from_le_bytes(errno))),
            }
        }
    }
}

fn become_program(limits: &[u64], program: &CString, words: &[CString]) -> Errno {
    let [cpu, limits @ ..] = limits else {
        return Errno::EINVAL;
    };
    let resources = [
        Resource::RLIMIT_AS,
        Resource::RLIMIT_NPROC,
        Resource::RLIMIT_NOFILE,
        Resource::RLIMIT_FSIZE,
    ];
    let set = || {
        // SAFETY: only the parent uses this descriptor.
        unsafe { libc::close(ORDERS_FD) };
        // SAFETY: only the parent uses this descriptor, too.
        unsafe { libc::close(RECORD_FD) };
        // SIGXCPU comes first, because SIGKILL alone would not show which limit ended the program.
        setrlimit(Resource::RLIMIT_CPU, *cpu, *cpu + 1)?;
        for (resource, &limit) in resources.into_iter().zip(limits) {
            setrlimit(resource, limit, limit)?;
        }
        setrlimit(Resource::RLIMIT_CORE, 0, 0)?;
        SigSet::empty().thread_set_mask()?;
        // Rust's own programs ignore SIGPIPE, and the program would inherit that.
        // SAFETY: the default action runs no code of ours.
        unsafe { signal(Signal::SIGPIPE, SigHandler::SigDfl) }?;
        set_dumpable(true)?;
        execv(program, words).map(|never| match never {})
    };
    match set() {
        Ok(()) => Errno::EINVAL,
        Err(errno) => errno,
    }
}

/// Waits until the program has ended, and reaps every other process that ends meanwhile.
fn wait_for(program: Pid) -> Result<How, Errno> {
    loop {
        let (pid, status) = reap_any()?;
        if pid == program {
            return Ok(match libc::WIFSIGNALED(status) {
                true => How::Signal(libc::WTERMSIG(status)),
                false => How::Exit(libc::WEXITSTATUS(status)),
            });
        }
    }
}

/// How long the processes that the program has started may take to end after it.
const GRACE: Duration = Duration::from_millis(500);

/// Waits until no other process is left, or until the grace period is over. `ECHILD` shows that
/// none is left: in a namespace, every process that has lost its parent is a child of process 1.
fn wait_for_the_rest() -> bool {
    let limit = Instant::now() + GRACE;
    loop {
        match try_reap_any() {
            Err(Errno::ECHILD) => return true,
            Ok(Some(_)) => {}
            _ if Instant::now() > limit => return false,
            _ => std::thread::sleep(Duration::from_millis(2)),
        }
    }
}

/// Waits for the grace period, then kills all other processes of the box. Returns the names of
/// those that have outlived the program and this period, at most 16.
fn end_what_is_left() -> Vec<String> {
    if wait_for_the_rest() {
        return Vec::new();
    }
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    let numbers = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
    let name = |number: i32| {
        let name = fs::read_to_string(format!("/proc/{number}/comm"));
        name.map_or_else(|_| "?".to_owned(), |name| name.trim_end().to_owned())
    };
    let others = numbers.filter(|&number| number != 1);
    let left = others.map(name).take(16).collect();
    // Kills every process but this one, including those started since the look at /proc.
    let _none_left = kill(Pid::from_raw(-1), Signal::SIGKILL);
    left
}
