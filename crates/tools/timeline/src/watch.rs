//! Runs a lesson and reads the log of its run, however it ends.
//!
//! The run is a process of its own: the same program again, with `--record`. So a picture can be
//! shown of a run that exits in the middle, is killed, or hangs until Ctrl-C or a limit of time
//! ends it. The log is a file without a name, gone with its last reader.

use std::fs::File;
use std::io::{self, BufReader, Seek};
use std::os::fd::{AsFd, AsRawFd};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::memfd::{MFdFlags, memfd_create};
use nix::sys::prctl::set_pdeathsig;
use nix::sys::signal::{SigSet, Signal};
use nix::sys::signalfd::SignalFd;

use crate::options::Options;
use crate::{ReadError, Run};

/// How long a run may take that is watched, unless `--limit` says otherwise.
const LIMIT: Duration = Duration::from_secs(60);

/// A run that has been watched to its end.
pub(crate) struct Watched {
    pub(crate) run: Run,
    pub(crate) status: ExitStatus,
    /// It was ended by us, for the limit of time.
    pub(crate) was_too_long: bool,
}

/// Runs the lesson as `options` say, with its output where `stdout` says, and waits for its end.
pub(crate) fn watch(options: &Options, stdout: Stdio) -> Result<Watched, String> {
    let limit = options.show.limit.unwrap_or(LIMIT);
    let cannot = |what: &str| {
        let what = what.to_owned();
        move |error: io::Error| format!("cannot {what}: {error}")
    };
    let unnamed = memfd_create(c"log", MFdFlags::MFD_CLOEXEC)
        .map_err(|errno| cannot("make a log")(errno.into()))?;
    let path = options.settings.record.clone().unwrap_or_else(|| {
        // As long as we live, whoever may look at our descriptors can open it by this name.
        let (pid, fd) = (common::pid(), unnamed.as_raw_fd());
        PathBuf::from(format!("/proc/{pid}/fd/{fd}"))
    });
    let program = std::env::current_exe().map_err(cannot("find this program"))?;
    let mut child = Command::new(&program)
        .args(options.words_of_the_run(&path))
        .stdout(stdout)
        .spawn()
        .map_err(cannot("run this program again"))?;
    let (status, was_too_long) = wait(&mut child, limit).map_err(cannot("wait for the run"))?;
    let mut log = if options.settings.record.is_some() {
        File::open(&path).map_err(cannot("read the log of the run"))?
    } else {
        File::from(unnamed)
    };
    log.rewind().map_err(cannot("read the log of the run"))?;
    match Run::read(BufReader::with_capacity(1 << 16, log)) {
        Ok(run) => Ok(Watched {
            run,
            status,
            was_too_long,
        }),
        Err(ReadError::NotALog) if was_too_long => {
            Err("the run was ended before it began; --limit sets another limit".to_owned())
        }
        // It has said why on standard error.
        Err(ReadError::NotALog) => Err("the run ended before anything was recorded".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

/// In the run itself: dies with its watcher, which alone knows when it has taken too long.
///
/// Source: prctl(2), `PR_SET_PDEATHSIG`.
pub(crate) fn die_with(watcher: u32) -> Result<(), String> {
    set_pdeathsig(Signal::SIGKILL).map_err(|errno| format!("cannot watch the watcher: {errno}"))?;
    // It may have died before the call, and then nobody will send the signal.
    match common::ppid() == watcher {
        true => Ok(()),
        false => Err("whoever watched this run has gone".to_owned()),
    }
}

/// Waits until the child has ended: by itself, by a signal to it or to us, or because `limit` is
/// over.
fn wait(child: &mut Child, limit: Duration) -> io::Result<(ExitStatus, bool)> {
    // Ctrl-C goes to both of us. It ends the run, and then there is something to show. Blocked
    // only now, since the child would have inherited it.
    let signals = SigSet::from_iter([Signal::SIGCHLD, Signal::SIGINT, Signal::SIGTERM]);
    signals.thread_block()?;
    let arrived = SignalFd::new(&signals)?;
    let deadline = Instant::now().checked_add(limit);
    let mut interrupts = 0;
    loop {
        // After the block: the end of the child is either seen here or signalled later.
        if let Some(status) = child.try_wait()? {
            return Ok((status, false));
        }
        let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
        if left == Some(Duration::ZERO) {
            child.kill()?;
            return Ok((child.wait()?, true));
        }
        if !sleep_until_signalled(&arrived, left)? {
            continue;
        }
        let signal = arrived.read_signal()?.map_or(0, |signal| signal.ssi_signo);
        match Signal::try_from(signal.cast_signed()) {
            // A run that does not care for one Ctrl-C is killed by the second.
            Ok(Signal::SIGINT) if interrupts == 0 => interrupts += 1,
            Ok(Signal::SIGINT | Signal::SIGTERM) => child.kill()?,
            _ => {}
        }
    }
}

/// Gives whether there is a signal to read.
fn sleep_until_signalled(signals: &SignalFd, limit: Option<Duration>) -> io::Result<bool> {
    let millis = limit.map_or(i32::MAX as u128, |limit| limit.as_millis() + 1);
    let timeout = PollTimeout::try_from(millis).unwrap_or(PollTimeout::MAX);
    let mut fds = [PollFd::new(signals.as_fd(), PollFlags::POLLIN)];
    match poll(&mut fds, timeout) {
        Ok(ready) => Ok(ready > 0),
        Err(Errno::EINTR) => Ok(false),
        Err(errno) => Err(errno.into()),
    }
}
