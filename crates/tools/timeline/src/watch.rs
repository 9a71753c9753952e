//! Runs a lesson and reads the log of its run, however it ends.
//!
//! The run is a process of its own: the same program again, with `--record`, below a keeper that
//! ends whatever it has forked. So a picture can be shown of a run that exits in the middle, is
//! killed, or hangs until Ctrl-C or a limit of time ends it. The log is a file without a name,
//! gone with its last reader.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, Seek};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;

use nix::sys::memfd::{MFdFlags, memfd_create};
use nix::sys::prctl::{set_child_subreaper, set_pdeathsig};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::family::{Children, kill_all, reap};
use crate::keeper::{Report, path_of};
use crate::options::{Options, Watching};
use crate::signals::{Signals, unblock};
use crate::{ReadError, Run};

/// How long a run may take that is watched, unless `--limit` says otherwise.
const LIMIT: Duration = Duration::from_secs(60);

/// A run that has been watched to its end.
pub(crate) struct Watched {
    pub(crate) run: Run,
    pub(crate) status: ExitStatus,
    /// It was ended by us, for the limit of time.
    pub(crate) was_too_long: bool,
    /// The processes of the run that had to be killed.
    killed: BTreeMap<i32, String>,
}

/// A run that is over, and whose log has not been read yet.
pub(crate) struct Over {
    log: File,
    report: Report,
    status: ExitStatus,
    /// Ctrl-C or a signal has asked to end.
    pub(crate) was_interrupted: bool,
}

/// Runs the lesson as `options` say, with its output where `stdout` says, and waits until nothing
/// of it is left. Of a series, the first Ctrl-C ends the run; otherwise the run itself decides,
/// and the second one ends it.
pub(crate) fn watch(
    options: &Options,
    stdout: Stdio,
    signals: &mut Signals,
) -> Result<Over, String> {
    let cannot = |error: io::Error| format!("cannot watch the run: {error}");
    let unnamed = unnamed_file().map_err(cannot)?;
    let mut report = unnamed_file().map_err(cannot)?;
    let path = options.settings.record.clone();
    // As long as we live, the run can open the file by this name.
    let path = path.unwrap_or_else(|| path_of(&unnamed));
    // A keeper that is killed leaves the run's processes to us.
    set_child_subreaper(true).map_err(|errno| cannot(errno.into()))?;
    let watching = Watching {
        watcher: Some(common::pid()),
        unblock: signals.added(),
        keep: Some((path_of(&report), options.show.limit.unwrap_or(LIMIT))),
    };
    let program = std::env::current_exe().map_err(cannot)?;
    let keeper = Command::new(program)
        .args(options.words_of_the_run(&path, &watching))
        .stdout(stdout)
        .spawn()
        .map_err(|error| format!("cannot run this program again: {error}"))?;
    let keeper = Pid::from_raw(keeper.id().cast_signed());
    let patience = u32::from(options.show.runs.is_none());
    let (status, was_interrupted) = wait(keeper, signals, patience).map_err(cannot)?;
    let left = kill_all(|_ended| {}).map_err(cannot)?;
    let mut report = Report::read(&mut report).map_err(cannot)?;
    report.killed.extend(left);
    let mut log = match &options.settings.record {
        Some(path) => File::open(path).map_err(|error| cannot_read(path, &error))?,
        None => unnamed,
    };
    log.rewind().map_err(cannot)?;
    Ok(Over {
        log,
        status: report.status(status),
        report,
        was_interrupted,
    })
}

impl Over {
    /// Reads the log.
    pub(crate) fn read(self) -> Result<Watched, String> {
        let was_too_long = self.report.was_too_long;
        match Run::read(BufReader::with_capacity(1 << 16, self.log)) {
            Ok(mut run) => {
                let stuck = self.report.stuck.iter();
                run.stuck = stuck
                    .map(|stuck| stuck.told(&run, &self.report.killed))
                    .collect();
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
            // It has said why on standard error.
            Err(ReadError::NotALog) => Err("the run ended before anything was recorded".to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }
}

impl Watched {
    /// The processes of the run that had to be killed, by their lanes (or else their programs) and
    /// numbers.
    pub(crate) fn killed(&self) -> Vec<String> {
        let name = |(&pid, program): (&i32, &String)| {
            let its = self
                .run
                .lanes
                .iter()
                .find(|lane| lane.pid == pid.cast_unsigned());
            let name = its.map_or(program, |lane| &lane.name);
            format!("{} ({pid})", crate::text::clean(name))
        };
        self.killed.iter().map(name).collect()
    }
}

/// In the run itself: takes the signals out of its mask that its watcher has put there, and dies
/// with its keeper.
///
/// Source: prctl(2), `PR_SET_PDEATHSIG`.
pub(crate) fn be_watched(watching: &Watching) -> Result<(), String> {
    let Some(watcher) = watching.watcher else {
        return Ok(());
    };
    let cannot = |error: io::Error| format!("cannot be watched: {error}");
    unblock(&watching.unblock).map_err(cannot)?;
    set_pdeathsig(Signal::SIGKILL).map_err(|errno| cannot(errno.into()))?;
    // It may have died before the call, and then no signal comes.
    match common::ppid() == watcher {
        true => Ok(()),
        false => Err("the program that watched this run has ended".to_owned()),
    }
}

/// Waits until the keeper has ended. After more than `patience` times Ctrl-C, and at any other
/// signal to this process, the keeper is told to end the run. Gives the keeper's status, and
/// whether there was a signal.
fn wait(keeper: Pid, signals: &mut Signals, patience: u32) -> io::Result<(i32, bool)> {
    let mut interrupts = 0;
    let mut was_interrupted = false;
    loop {
        let ended = match reap()? {
            Children::Ended(ended) if ended.pid == keeper => Some(ended.status),
            Children::Ended(_) => continue,
            Children::Alive => None,
            Children::None => Some(Signal::SIGKILL as i32),
        };
        while let Some(signal) = signals.next()? {
            interrupts += u32::from(signal == Signal::SIGINT);
            let is_end = match signal {
                Signal::SIGCHLD => continue,
                Signal::SIGINT => interrupts > patience,
                _ => true,
            };
            was_interrupted = true;
            if is_end && ended.is_none() {
                // It may have ended meanwhile.
                let _ended = kill(keeper, Signal::SIGTERM);
            }
        }
        if let Some(status) = ended {
            return Ok((status, was_interrupted));
        }
        signals.sleep(Duration::MAX)?;
    }
}

fn unnamed_file() -> io::Result<File> {
    Ok(memfd_create(c"log", MFdFlags::MFD_CLOEXEC)?.into())
}

fn cannot_read(path: &Path, error: &io::Error) -> String {
    format!(
        "cannot read the log of the run, {}: {error}",
        path.display()
    )
}
