//! The process between a watcher and the run that it watches.
//!
//! It ends whatever the run has forked: after the run, at the time limit, on Ctrl-C, and when the
//! watcher is killed and cannot do it any more. It is the same program again, with `--keep`, and
//! reports to its watcher in a file without a name.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, ExitStatus};
use std::time::{Duration, Instant};

use nix::sys::prctl::{set_child_subreaper, set_pdeathsig};
use nix::sys::signal::Signal;
use nix::unistd::Pid;

use crate::family::{Children, Ended, descendants, kill_all, own_children, reap};
use crate::options::{Options, Watching};
use crate::signals::Signals;
use crate::stuck::{self, Stuck};

/// How long processes that outlive the run may take to end by themselves.
const GRACE: Duration = Duration::from_secs(1);

/// How a run has ended, as its keeper reports it.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Report {
    /// The run's status as wait(2) encodes it; `None` while the run is not over.
    status: Option<i32>,
    /// Whether the time limit was over before the run was.
    pub(crate) was_too_long: bool,
    /// The processes of the run that had to be killed, with the names of their programs.
    pub(crate) killed: BTreeMap<i32, String>,
    /// What the killed processes waited for at that moment.
    pub(crate) stuck: Vec<Stuck>,
    /// The ids of all their threads, if all of them slept at that moment; otherwise empty.
    pub(crate) asleep: BTreeSet<u32>,
    /// The processes for whose end no process of the run has waited; `None` if there is no report.
    pub(crate) unwaited: Option<BTreeSet<u32>>,
}

/// In the keeper: starts the run as `options` say, waits until no process of it is left, and writes
/// how it ended to the file at `report`.
///
/// Source: prctl(2), `PR_SET_PDEATHSIG`.
pub(crate) fn keep(options: &Options, report: &Path, limit: Duration) -> Result<ExitCode, String> {
    let cannot = |error: io::Error| format!("cannot keep the run: {error}");
    let signals = Signals::block().map_err(cannot)?;
    set_pdeathsig(Signal::SIGTERM).map_err(|errno| cannot(errno.into()))?;
    if Some(common::ppid()) != options.watching.watcher {
        return Err("the program that watched this run has ended".to_owned());
    }
    set_child_subreaper(true).map_err(|errno| cannot(errno.into()))?;
    let mut file = File::options().write(true).open(report).map_err(cannot)?;
    let watching = Watching {
        watcher: Some(common::pid()),
        unblock: options.watching.unblock.clone(),
        keep: None,
    };
    let log = options.settings.record.as_deref().unwrap_or(Path::new(""));
    let program = std::env::current_exe().map_err(cannot)?;
    let child = Command::new(program)
        .args(options.words_of_the_run(log, &watching))
        .spawn()
        .map_err(|error| format!("cannot run this program again: {error}"))?;
    let mut keeper = Keeper {
        run: Pid::from_raw(child.id().cast_signed()),
        report: Report {
            unwaited: Some(BTreeSet::new()),
            ..Report::default()
        },
        interrupts: 0,
    };
    keeper.wait(signals, limit).map_err(cannot)?;
    keeper.report.write(&mut file).map_err(cannot)?;
    Ok(ExitCode::SUCCESS)
}

struct Keeper {
    run: Pid,
    report: Report,
    interrupts: u32,
}

impl Keeper {
    /// Waits until the run is over and no process of it is left; kills those that are left at the limit.
    fn wait(&mut self, mut signals: Signals, limit: Duration) -> io::Result<()> {
        let mut deadline = Instant::now().checked_add(limit);
        let mut is_to_end = false;
        loop {
            // Signals are read before children: a child that ends after this raises SIGCHLD again,
            // which ends the sleep. In the opposite order, its signal could be read and then ignored.
            while let Some(signal) = signals.next()? {
                is_to_end |= self.ends_the_run(signal);
            }
            let has_seen_one = match reap()? {
                Children::None => return Ok(()),
                Children::Ended(ended) => {
                    if self.see(&ended) {
                        deadline = Instant::now().checked_add(GRACE);
                    }
                    true
                }
                Children::Alive => false,
            };
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            if left == Some(Duration::ZERO) {
                self.report.was_too_long = self.report.status.is_none();
                return self.kill_all();
            }
            // Checked after the limit: a keeper that was stopped until its limit reports the run as too long.
            if is_to_end {
                return self.kill_all();
            }
            if !has_seen_one {
                signals.sleep(left.unwrap_or(Duration::MAX))?;
            }
        }
    }

    /// Records the end of a child, and returns whether it was the run itself.
    fn see(&mut self, ended: &Ended) -> bool {
        let is_run = ended.pid == self.run;
        self.report.see(ended, is_run);
        is_run
    }

    /// Returns whether `signal` ends the run. Ctrl-C also reaches the run, which may handle the first one.
    fn ends_the_run(&mut self, signal: Signal) -> bool {
        self.interrupts += u32::from(signal == Signal::SIGINT);
        match signal {
            Signal::SIGCHLD => false,
            Signal::SIGINT => self.interrupts > 1 || self.report.status.is_some(),
            _ => true,
        }
    }

    fn kill_all(&mut self) -> io::Result<()> {
        let mut report = std::mem::take(&mut self.report);
        let processes = descendants();
        report.stuck = stuck::look(&processes);
        report.asleep = stuck::asleep(&processes);
        let run = self.run;
        // A process whose parent is killed now comes here, too, but its parent may have waited for it.
        let own = own_children();
        let see = |ended: &Ended| {
            if ended.pid == run || own.contains(&ended.pid.as_raw()) {
                report.see(ended, ended.pid == run);
            }
        };
        // Those that it could not end are children of the watcher when this process ends.
        report.killed = kill_all(see)?.names;
        let _run_itself = report.killed.remove(&run.as_raw());
        self.report = report;
        Ok(())
    }
}

impl Report {
    /// The run's own status, or that of its keeper if the keeper could not report.
    pub(crate) fn status(&self, keeper: i32) -> ExitStatus {
        ExitStatus::from_raw(self.status.unwrap_or(keeper))
    }

    /// Records the end of a child. One that is not the run itself has come to the keeper since its own
    /// parent ended without waiting for it.
    fn see(&mut self, ended: &Ended, is_run: bool) {
        if is_run {
            self.status = Some(ended.status);
        } else if let Some(unwaited) = &mut self.unwaited {
            unwaited.insert(ended.pid.as_raw().cast_unsigned());
        }
    }

    fn write(&self, file: &mut File) -> io::Result<()> {
        let status = self.status.unwrap_or(Signal::SIGKILL as i32);
        let stuck: Vec<_> = self.stuck.iter().map(Stuck::to_string).collect();
        let (is_too_long, stuck) = (u8::from(self.was_too_long), stuck.join("\n"));
        let [asleep, unwaited] = [Some(&self.asleep), self.unwaited.as_ref()].map(words_of);
        let mut text = format!("{status}\0{is_too_long}\0{stuck}\0{asleep}\0{unwaited}\0");
        for (pid, name) in &self.killed {
            text += &format!("{pid}\0{name}\0");
        }
        file.write_all(text.as_bytes())
    }

    /// Reads what [`keep`] has written; returns an empty report if it could not write one.
    pub(crate) fn read(file: &mut File) -> io::Result<Self> {
        let mut text = String::new();
        file.rewind()?;
        file.read_to_string(&mut text)?;
        let mut words = text.split_terminator('\0');
        let mut report = Self {
            status: words.next().and_then(|status| status.parse().ok()),
            was_too_long: words.next() == Some("1"),
            stuck: stuck_of(words.next().unwrap_or_default()),
            asleep: words.next().map(numbers_of).unwrap_or_default(),
            unwaited: words.next().map(numbers_of),
            killed: BTreeMap::new(),
        };
        while let (Some(pid), Some(name)) = (words.next(), words.next()) {
            report
                .killed
                .extend(pid.parse().map(|pid| (pid, name.to_owned())));
        }
        Ok(report)
    }
}

fn stuck_of(lines: &str) -> Vec<Stuck> {
    lines.lines().filter_map(|line| line.parse().ok()).collect()
}

fn words_of(numbers: Option<&BTreeSet<u32>>) -> String {
    let numbers = numbers.into_iter().flatten().map(u32::to_string);
    numbers.collect::<Vec<_>>().join(" ")
}

fn numbers_of(words: &str) -> BTreeSet<u32> {
    words.split(' ').flat_map(str::parse).collect()
}

/// A path by which a process that this one starts can open `file`.
pub(crate) fn path_of(file: &File) -> PathBuf {
    use std::os::fd::AsRawFd;
    PathBuf::from(format!("/proc/{}/fd/{}", common::pid(), file.as_raw_fd()))
}
