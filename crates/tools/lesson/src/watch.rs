//! Runs a lesson and reads the log of its run, however it ends.
//!
//! The run is a process of its own: the same program again, with `--record`, below a keeper that
//! ends whatever it has forked. So even a run that exits early, is killed, or hangs until Ctrl-C or
//! the time limit ends it has a picture. The log is a file without a name, gone with its last
//! reader.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Seek};
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use nix::sys::memfd::{MFdFlags, memfd_create};
use nix::sys::prctl::{set_child_subreaper, set_pdeathsig};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use timeline::{ReadError, Run, clean, some_of};

use crate::family::{Children, Killed, kill_all, reap};
use crate::keeper::{Report, path_of};
use crate::options::{Options, Watching};
use crate::signals::{Signals, unblock};

/// How long a watched run may take, unless `--limit` sets another limit.
const LIMIT: Duration = Duration::from_secs(60);

/// A run that has been watched to its end.
pub(crate) struct Watched {
    pub(crate) run: Run,
    pub(crate) status: ExitStatus,
    /// Whether we ended it because its time limit was over.
    pub(crate) was_too_long: bool,
    /// The processes of the run that had to be killed.
    killed: BTreeMap<i32, String>,
}

/// A run that is over, and whose log has not been read yet.
pub(crate) struct Over {
    log: File,
    report: Report,
    status: ExitStatus,
    /// When it began, on the clock of the log.
    begun: u64,
    /// Whether Ctrl-C or another signal has asked us to end.
    pub(crate) was_interrupted: bool,
}

/// Runs the lesson as `options` say, with its output to `stdout`, and waits until nothing of it is
/// left. In a series, the first Ctrl-C ends the run; otherwise the first is the run's own to
/// handle, and the second ends it.
pub(crate) fn watch(
    options: &Options,
    stdout: Stdio,
    signals: &mut Signals,
) -> Result<Over, String> {
    let cannot = |error: io::Error| format!("cannot watch the run: {error}");
    check_proc()?;
    let unnamed = unnamed_file().map_err(cannot)?;
    let mut report = unnamed_file().map_err(cannot)?;
    let path = options.settings.record.clone();
    // The run can open the file by this name as long as this process lives.
    let path = path.unwrap_or_else(|| path_of(&unnamed));
    // If the keeper is killed, the run's processes become children of this process.
    set_child_subreaper(true).map_err(|errno| cannot(errno.into()))?;
    let limit = options.show.limit.unwrap_or(LIMIT);
    let watching = Watching {
        watcher: Some(common::pid()),
        unblock: signals.added(),
        keep: Some((path_of(&report), limit)),
    };
    let begun = common::monotonic_ns();
    let keeper = Command::new(std::env::current_exe().map_err(cannot)?)
        .args(options.words_of_the_run(&path, &watching))
        .stdout(stdout)
        .spawn()
        .map_err(|error| format!("cannot run this program again: {error}"))?;
    let mut waiting = Waiting {
        keeper: Pid::from_raw(keeper.id().cast_signed()),
        signals,
        patience: u32::from(options.show.runs.is_none()),
        was_interrupted: false,
        deadline: Instant::now().checked_add(limit.saturating_add(MARGIN)),
        was_asked: false,
    };
    let status = waiting.wait().map_err(cannot)?;
    let was_interrupted = waiting.was_interrupted;
    let killed = kill_all(|_ended| {}).map_err(cannot)?;
    let mut report = Report::read(&mut report).map_err(cannot)?;
    report.killed.extend(all_but_the_left(killed));
    let log = log_of(options, unnamed)?;
    Ok(Over {
        log,
        status: report.status(status),
        report,
        begun,
        was_interrupted,
    })
}

impl Over {
    /// Reads the log of the run.
    pub(crate) fn read(self) -> Result<Watched, String> {
        let was_too_long = self.report.was_too_long;
        // Older events in the file are from another run: this run ended before it recorded anything.
        let of_this_run = |run: Run| (run.begun >= self.begun).then_some(run);
        let read = Run::read_file(self.log);
        match read.and_then(|run| of_this_run(run).ok_or(ReadError::NotALog)) {
            Ok(mut run) => {
                let stuck = self.report.stuck.iter();
                run.stuck = stuck
                    .map(|stuck| stuck.describe(&run, &self.report.killed))
                    .collect();
                let of_lanes: BTreeSet<u32> = run.lanes.iter().map(|lane| lane.tid).collect();
                let asleep = &self.report.asleep;
                run.is_idle = !asleep.is_empty() && asleep.is_subset(&of_lanes);
                run.unwaited = self.report.unwaited;
                Ok(Watched {
                    run,
                    status: self.status,
                    was_too_long,
                    killed: self.report.killed,
                })
            }
            Err(ReadError::NotALog) if was_too_long => {
                Err("the run was ended before it began; --limit sets another limit".to_owned())
            }
            // The run has already printed the reason on standard error.
            Err(ReadError::NotALog) => Err("the run ended before anything was recorded".to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }
}

impl Watched {
    /// The processes of the run that had to be killed, each by its lane (or else its program) and
    /// its pid.
    pub(crate) fn killed(&self) -> Vec<String> {
        let name = |(&pid, program): (&i32, &String)| {
            let its = self
                .run
                .lanes
                .iter()
                .find(|lane| lane.pid == pid.cast_unsigned());
            let name = its.map_or(program, |lane| &lane.name);
            format!("{} ({pid})", clean(name))
        };
        self.killed.iter().map(name).collect()
    }
}

/// Returns the processes that were killed, and reports those that are still there.
fn all_but_the_left(killed: Killed) -> BTreeMap<i32, String> {
    let left = killed.left.iter();
    let left: Vec<_> = left
        .map(|(pid, name)| format!("{} ({pid})", clean(name)))
        .collect();
    if !left.is_empty() {
        let left = some_of(&left);
        common::complain(&format!("processes of the run could not be ended: {left}"));
    }
    killed.names
}

/// In the run itself: unblocks the signals that its watcher has blocked, and has the kernel send it
/// SIGKILL when its keeper dies.
///
/// Source: prctl(2), `PR_SET_PDEATHSIG`.
pub(crate) fn be_watched(watching: &Watching) -> Result<(), String> {
    let Some(watcher) = watching.watcher else {
        return Ok(());
    };
    let cannot = |error: io::Error| format!("cannot be watched: {error}");
    unblock(&watching.unblock).map_err(cannot)?;
    set_pdeathsig(Signal::SIGKILL).map_err(|errno| cannot(errno.into()))?;
    // If the keeper died before the call above, that signal never comes.
    match common::ppid() == watcher {
        true => Ok(()),
        false => Err("the program that watched this run has ended".to_owned()),
    }
}

/// How much longer than the run its keeper may take.
const MARGIN: Duration = Duration::from_secs(6);

/// The state while waiting for the keeper to end.
struct Waiting<'a> {
    keeper: Pid,
    signals: &'a mut Signals,
    /// How many times Ctrl-C is left to the run before the keeper is asked to end it.
    patience: u32,
    was_interrupted: bool,
    /// When to ask the keeper to end the run; once it has been asked, when to kill the keeper.
    deadline: Option<Instant>,
    was_asked: bool,
}

impl Waiting<'_> {
    /// Waits until the keeper has ended, and returns its status.
    fn wait(&mut self) -> io::Result<i32> {
        let mut is_to_end = false;
        loop {
            // Signals are read before children: a child that ends after this raises SIGCHLD again,
            // which ends the sleep. (A signal from before the keeper's end is consumed here and
            // cannot end this process later.)
            is_to_end |= self.read_signals()?;
            match reap()? {
                Children::Ended(ended) if ended.pid == self.keeper => return Ok(ended.status),
                Children::Ended(_) => continue,
                Children::Alive => {}
                Children::None => return Ok(Signal::SIGKILL as i32),
            }
            let now = Instant::now();
            let is_late = self.deadline.is_some_and(|deadline| deadline <= now);
            if is_late && self.was_asked {
                self.send(Signal::SIGKILL);
            } else if is_late || is_to_end {
                self.send(Signal::SIGTERM);
                // It may be stopped, and a stopped process does not act on SIGTERM.
                self.send(Signal::SIGCONT);
                self.was_asked = true;
                is_to_end = false;
                self.deadline = now.checked_add(MARGIN);
            }
            let left = self
                .deadline
                .map(|deadline| deadline.saturating_duration_since(now));
            self.signals.sleep(left.unwrap_or(Duration::MAX))?;
        }
    }

    /// Reads all signals that have arrived, and returns whether one of them ends the run.
    fn read_signals(&mut self) -> io::Result<bool> {
        let mut is_to_end = false;
        while let Some(signal) = self.signals.next()? {
            match signal {
                Signal::SIGCHLD => continue,
                Signal::SIGINT if self.patience > 0 => self.patience -= 1,
                _ => is_to_end = true,
            }
            self.was_interrupted = true;
        }
        Ok(is_to_end)
    }

    fn send(&self, signal: Signal) {
        // The keeper may have ended meanwhile.
        let _ended = kill(self.keeper, signal);
    }
}

/// Checks that /proc is that of this pid namespace. After a new namespace is made, the old /proc still shows
/// the old one, where each process has another pid, so looking up or killing by it would hit the wrong one.
///
/// Source: `pid_namespaces(7)`, "/proc and PID namespaces".
fn check_proc() -> Result<(), String> {
    let own = common::pid().to_string();
    match fs::read_link("/proc/self") {
        Ok(there) if there.as_os_str() != &*own => Err(
            "cannot watch the run: /proc is that of another pid namespace; \
             mount this one's (mount -t proc proc /proc)"
                .to_owned(),
        ),
        // Without any /proc, this program's own file is not found there, and that error is reported later.
        _ => Ok(()),
    }
}

fn unnamed_file() -> io::Result<File> {
    Ok(memfd_create(c"log", MFdFlags::MFD_CLOEXEC)?.into())
}

/// Opens the log of a run that is over, at its beginning.
fn log_of(options: &Options, unnamed: File) -> Result<File, String> {
    let log = match &options.settings.record {
        Some(path) => File::open(path),
        None => Ok(unnamed),
    };
    log.and_then(|mut log| log.rewind().map(|()| log))
        .map_err(|error| format!("cannot read the log of the run: {error}"))
}
