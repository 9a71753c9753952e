//! The supervisor in the box: process 1, which starts the program and says how it ended.
//!
//! Nothing of it can be reached by the program: it is not dumpable, so its memory, its descriptors
//! and its environment in /proc are closed to others of the same user, and it cannot be traced; the
//! descriptors 3 and 4 are closed before the program starts; the kernel lets nobody in a namespace
//! kill its process 1.

use std::ffi::{CString, OsString};
use std::fs::{self, File};
use std::io::{Read, Write};
use std::os::fd::FromRawFd;
use std::os::unix::ffi::OsStringExt;
use std::process::ExitCode;

use nix::errno::Errno;
use nix::libc;
use nix::sys::prctl::set_dumpable;
use nix::sys::resource::{Resource, setrlimit};
use nix::sys::signal::{SigSet, Signal, kill};
use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::{ForkResult, Pid, execv, fork};
use sandbox::record::{How, ORDERS_FD, RECORD_FD, Record};

/// The exit code of a child that could not become the program.
const NOT_STARTED: i32 = 120;

fn main() -> ExitCode {
    let words: Vec<OsString> = std::env::args_os().skip(1).collect();
    let _before_anything_else = set_dumpable(false);
    // SAFETY: who starts us opens both descriptors for us, and nothing else here has them.
    let orders = unsafe { File::from_raw_fd(ORDERS_FD) };
    // SAFETY: as above.
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

/// Forks, and in the child sets the limits and becomes the program.
fn start(words: &[OsString]) -> Result<Pid, Errno> {
    let (limits, words) = words.split_at_checked(5).ok_or(Errno::EINVAL)?;
    let numbers = limits.iter().map(|word| word.to_str()?.parse::<u64>().ok());
    let numbers: Vec<u64> = numbers.collect::<Option<_>>().ok_or(Errno::EINVAL)?;
    let words = words
        .iter()
        .map(|word| CString::new(word.clone().into_vec()));
    let words: Vec<CString> = words.collect::<Result<_, _>>().map_err(|_| Errno::EINVAL)?;
    let program = words.first().ok_or(Errno::EINVAL)?.clone();
    // SAFETY: this process has one thread.
    match unsafe { fork() }? {
        ForkResult::Parent { child } => Ok(child),
        ForkResult::Child => {
            let errno = become_program(&numbers, &program, &words);
            let _says_why = write_error(errno);
            // SAFETY: takes any number and does not return.
            unsafe { libc::_exit(NOT_STARTED) }
        }
    }
}

fn become_program(limits: &[u64], program: &CString, words: &[CString]) -> Errno {
    let resources = [
        Resource::RLIMIT_CPU,
        Resource::RLIMIT_AS,
        Resource::RLIMIT_NPROC,
        Resource::RLIMIT_NOFILE,
        Resource::RLIMIT_FSIZE,
    ];
    let set = || {
        // SAFETY: closes two descriptors that only the parent uses.
        unsafe { libc::close(ORDERS_FD) };
        // SAFETY: as above.
        unsafe { libc::close(RECORD_FD) };
        for (resource, &limit) in resources.into_iter().zip(limits) {
            setrlimit(resource, limit, limit)?;
        }
        setrlimit(Resource::RLIMIT_CORE, 0, 0)?;
        SigSet::empty().thread_set_mask()?;
        set_dumpable(true)?;
        execv(program, words).map(|never| match never {})
    };
    match set() {
        Ok(()) => Errno::EINVAL,
        Err(errno) => errno,
    }
}

fn write_error(errno: Errno) -> nix::Result<usize> {
    let line = format!("box: the program cannot be started: {}\n", errno.desc());
    // SAFETY: descriptor 2 is open, and nothing here closes it.
    let stderr = unsafe { std::os::fd::BorrowedFd::borrow_raw(libc::STDERR_FILENO) };
    nix::unistd::write(stderr, line.as_bytes())
}

/// Waits for the program; whatever else ends meanwhile is taken off the kernel's list.
fn wait_for(program: Pid) -> Result<How, Errno> {
    loop {
        match waitpid(None, None) {
            Ok(WaitStatus::Exited(pid, code)) if pid == program => return Ok(How::Exit(code)),
            Ok(WaitStatus::Signaled(pid, signal, _)) if pid == program => {
                return Ok(How::Signal(signal as i32));
            }
            Ok(_) | Err(Errno::EINTR) => {}
            Err(errno) => return Err(errno),
        }
    }
}

/// Kills all other processes of the box; gives their names. All that the program has started and
/// that is still there has outlived it.
fn end_what_is_left() -> Vec<String> {
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    let numbers = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
    let others = numbers.filter(|&number| number != 1);
    let is_zombie = |number: &i32| {
        let stat = fs::read_to_string(format!("/proc/{number}/stat")).unwrap_or_default();
        stat.rsplit(") ")
            .next()
            .is_some_and(|rest| rest.starts_with('Z'))
    };
    let name = |number: i32| {
        let name = fs::read_to_string(format!("/proc/{number}/comm"));
        name.map_or_else(|_| "?".to_owned(), |name| name.trim_end().to_owned())
    };
    // A zombie has ended; who did not wait for it is another check's matter.
    let left = others
        .filter(|number| !is_zombie(number))
        .map(name)
        .take(16)
        .collect();
    // All but this one, also those that were started since.
    let _none_left = kill(Pid::from_raw(-1), Signal::SIGKILL);
    left
}
