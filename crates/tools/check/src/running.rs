//! A running program: watches it, disturbs it, ends it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::mem;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::thread;
use std::time::{Duration, Instant};

use lesson::family::{Children, descendants, reap};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::clock::{awake_since, besides_waits, by_clock};
use crate::ended::failed_unwaited;
use crate::let_fail::let_fail;
use crate::moment::{Moment, Whom};
use crate::quiet::Quiet;
use crate::stall::{self, Nap};
use crate::stopped::{AtStop, Stopped};
use crate::stream::{MOST_OUTPUT, Stream};
use crate::wakes::Sleeps;

/// How long processes that a program has started may take to end after it.
const GRACE: Duration = Duration::from_secs(1);

/// An action of the check on a process in the middle of a run.
#[derive(Debug, Clone, Copy)]
pub enum Act {
    /// Stops the process for this long. A process that waits properly for it is not affected.
    Stop(Duration),
    /// Keeps copies of all sending ends that the process has, for this long. It goes on and closes its own,
    /// but no other process sees the end of a stream before.
    KeepEnds(Duration),
    /// Kills the process.
    Kill,
    /// Lets the process fail at its end, with exit code 1: it can record nothing any more. It does
    /// all its work before.
    Fail,
}

/// A run that has not ended yet.
pub(crate) struct Running {
    child: Pid,
    streams: [Stream; 2],
    log: Option<PathBuf>,
    limit: Instant,
    quiet: Quiet,
    /// Whether the run may wait for the check, so that silence is no reason to end it.
    pub(crate) waits_for_check: bool,
    pub(crate) is_on_one_core: bool,
    /// The acts that are still to be done.
    acts: Vec<(Moment, usize, Act)>,
    stopped: Vec<Stopped>,
    /// Threads that were seen asleep by the clock; `None` if this is not watched.
    pub(crate) naps: Option<BTreeMap<(i32, i32), Nap>>,
    /// Threads that waited by the clock when the process that they wait for was continued.
    pub(crate) by_clock: Vec<stall::Nap>,
    /// Threads that went to sleep repeatedly while the process that they wait for was stopped.
    pub(crate) awake: Vec<String>,
    /// Threads that ran all the time while the process that they wait for was stopped.
    pub(crate) busy: Vec<String>,
    /// Whether a process below the program's first one was stopped.
    pub(crate) has_stopped_a_child: bool,
    /// Whether the program's first process was to be stopped.
    pub(crate) has_stopped_first: bool,
    /// Whether the program's first process was killed. The others then end by themselves, or wait for it.
    has_killed_first: bool,
    /// The number of ended processes that this one had to reap because their parents had not.
    pub(crate) unwaited: usize,
    /// Whether a process had ended before the check could act on it.
    pub(crate) is_late: bool,
    /// Processes that had failed and were not waited for when another one was continued.
    pub(crate) failed: BTreeSet<i32>,
    pub(crate) at_stops: Vec<AtStop>,
}

pub(crate) enum Watched {
    Ended(i32),
    /// It has ended, but this process was not told how.
    Lost,
    TooMuchOutput,
    /// It was still at work, or waiting, at its limit.
    TooLong(stall::Look),
    /// It has produced nothing for some time.
    NoNews(stall::Look),
}

impl Running {
    pub(crate) fn new(
        acts: Vec<(Moment, usize, Act)>,
        child: &mut Child,
        limit: Duration,
        log: Option<&Path>,
    ) -> Self {
        let pipes = [
            child.stdout.take().map(Stream::new),
            child.stderr.take().map(Stream::new),
        ];
        Self {
            child: Pid::from_raw(child.id().cast_signed()),
            streams: pipes.map(Option::unwrap_or_default),
            log: log.map(Path::to_owned),
            limit: Instant::now() + limit,
            quiet: Quiet::new(log),
            waits_for_check: false,
            is_on_one_core: false,
            acts,
            stopped: Vec::new(),
            naps: None,
            by_clock: Vec::new(),
            awake: Vec::new(),
            busy: Vec::new(),
            has_stopped_a_child: false,
            has_stopped_first: false,
            has_killed_first: false,
            unwaited: 0,
            is_late: false,
            failed: BTreeSet::new(),
            at_stops: Vec::new(),
        }
    }

    /// Waits until the program has ended, and up to one second more for the processes it has started.
    pub(crate) fn watch(&mut self) -> Watched {
        let mut ended = None;
        let mut seen = None;
        loop {
            match reap() {
                Ok(Children::Ended(one)) if one.pid == self.child => {
                    ended = Some(one.status);
                    if !self.has_killed_first {
                        self.limit = Instant::now() + GRACE;
                    }
                    continue;
                }
                Ok(Children::Ended(_)) => {
                    self.unwaited += 1;
                    continue;
                }
                Ok(Children::Alive) => {}
                Ok(Children::None) | Err(_) => return ended.map_or(Watched::Lost, Watched::Ended),
            }
            if self.streams.iter().any(|stream| stream.len() > MOST_OUTPUT) {
                return Watched::TooMuchOutput;
            }
            self.act();
            let is_over = Instant::now() > self.limit;
            if is_over && let Some(status) = ended {
                return Watched::Ended(status);
            }
            let is_quiet = (ended.is_none() || self.has_killed_first) && self.is_quiet();
            if is_over || is_quiet {
                match seen.take() {
                    Some(look) if is_quiet => return Watched::NoNews(look),
                    Some(look) => return Watched::TooLong(look),
                    // Waits for a second look: the program may end during the first one.
                    None => seen = Some(stall::Look::at(&descendants())),
                }
                continue;
            }
            seen = None;
            self.note_naps();
            thread::sleep(Duration::from_millis(2));
        }
    }

    /// Records which threads wait by the clock just now, if this is watched.
    fn note_naps(&mut self) {
        let Some(naps) = &mut self.naps else { return };
        for (id, nap) in stall::naps(&descendants()) {
            let its = naps.entry(id).or_insert_with(|| nap.clone());
            its.is_sleep |= nap.is_sleep;
        }
    }

    /// The pid of the program's first process.
    pub(crate) fn pid(&self) -> i32 {
        self.child.as_raw()
    }

    fn is_quiet(&mut self) -> bool {
        if !self.stopped.is_empty() || self.waits_for_check {
            self.quiet.reset();
        }
        let printed = self.streams.iter().map(Stream::len).sum();
        self.quiet.is_too_long(printed, descendants)
    }

    /// Continues the processes that were stopped for long enough, and records how others waited for them.
    fn let_go_on(&mut self, now: Instant) {
        let (top, log) = (self.child.as_raw(), self.log.as_deref());
        self.stopped.retain_mut(|stopped| {
            if now < stopped.from {
                return true;
            }
            let (pid, waiting) = (stopped.pid.as_raw(), stopped.waiting(top));
            let sleeps = || Sleeps::of(&waiting);
            stopped.sleeps.get_or_insert_with(sleeps);
            stopped.looks.look(&waiting);
            if now >= stopped.until {
                let before = stopped.sleeps.take().unwrap_or_default();
                self.awake.extend(awake_since(&before, &waiting, log));
                self.busy.extend(mem::take(&mut stopped.looks).at_work());
                // The process may have ended at the moment at which it was to be stopped.
                self.has_stopped_a_child |= pid != top && descendants().contains(&pid);
                self.by_clock.extend(by_clock(&waiting, log));
                self.by_clock.extend(besides_waits(&waiting, log));
                self.failed.extend(failed_unwaited(&descendants()));
                let out = self.streams[0].text();
                let at_stop = log.map(|log| AtStop::new(out, log));
                self.at_stops.extend(at_stop);
                // The process may have been killed meanwhile.
                let _gone = kill(stopped.pid, Signal::SIGCONT);
                stopped.kept.clear();
            }
            now < stopped.until
        });
    }

    fn act(&mut self) {
        let now = Instant::now();
        self.let_go_on(now);
        if self.acts.is_empty() {
            return;
        }
        let out = self.streams[0].text();
        let (stopped, limit, is_late) = (&mut self.stopped, &mut self.limit, &mut self.is_late);
        let has_stopped_first = &mut self.has_stopped_first;
        let has_killed_first = &mut self.has_killed_first;
        let (first, log) = (self.child, self.log.as_deref());
        self.acts.retain(|(moment, nth, act)| {
            let pid = match moment.whom(*nth, &out, log, first) {
                Whom::NotYet => return true,
                Whom::Gone => {
                    *is_late = true;
                    return false;
                }
                Whom::Is(pid) => pid,
            };
            match *act {
                // The process was alive a moment ago. If it has ended since, the rest of the check finds out.
                Act::Kill => {
                    *has_killed_first |= pid == first;
                    let _gone = kill(pid, Signal::SIGKILL);
                }
                Act::Fail => let_fail(pid),
                Act::Stop(length) => {
                    *has_stopped_first |= pid == first;
                    let _gone = kill(pid, Signal::SIGSTOP);
                    stopped.push(Stopped::new(pid, length, moment.is_awaited_by_all()));
                    *limit += length;
                }
                Act::KeepEnds(length) => {
                    let keeping = Stopped::keeping_ends(pid, length);
                    // It may have closed them already; then nothing keeps the others waiting.
                    *is_late |= keeping.kept.is_empty();
                    stopped.push(keeping);
                    *limit += length;
                }
            }
            false
        });
    }

    /// The output of the program. Call it when no process of the run is left.
    pub(crate) fn output(&mut self) -> (String, String) {
        let [out, err] = mem::take(&mut self.streams);
        (out.end(), err.end())
    }
}

/// A file for a log, removed when the value is dropped, unless it is kept.
pub(crate) struct Log {
    path: PathBuf,
    is_kept: bool,
}

impl Log {
    pub(crate) fn new() -> Self {
        Self::of(common::pid())
    }

    /// The log that the process `pid` may have written.
    pub(crate) fn of(pid: u32) -> Self {
        let path = std::env::temp_dir().join(format!("check-{pid}.jsonl"));
        let is_kept = false;
        Self { path, is_kept }
    }

    /// A log that stays.
    pub(crate) fn kept(path: &Path) -> Self {
        let (path, is_kept) = (path.to_owned(), true);
        Self { path, is_kept }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn text(self) -> String {
        // A body may have put something else in its place, such as a fifo, at which a read would block.
        let is_file = fs::symlink_metadata(&self.path).is_ok_and(|known| known.is_file());
        let bytes = is_file.then(|| fs::read(&self.path).unwrap_or_default());
        String::from_utf8_lossy(&bytes.unwrap_or_default()).into_owned()
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        if !self.is_kept {
            let _may_never_have_been_made = fs::remove_file(&self.path);
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::process::{Command, Stdio};
    use std::sync::{Mutex, PoisonError};

    use super::*;

    /// Each of these tests waits for all children of this process, so only one may run at a time.
    pub(crate) static ALONE: Mutex<()> = Mutex::new(());

    #[test]
    fn a_stop_of_a_process_that_is_not_there_any_more_is_late_and_one_of_a_child_is_known() {
        let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        let run_for = |length: u64, line: &str| {
            let length = Duration::from_millis(length);
            let mut command = Command::new("sh");
            command.args(["-c", line]);
            command.stdout(Stdio::piped()).stderr(Stdio::piped());
            let mut child = command.spawn().unwrap();
            let acts = vec![(Moment::Line("child".to_owned()), 1, Act::Stop(length))];
            let mut running = Running::new(acts, &mut child, Duration::from_secs(60), None);
            assert!(matches!(running.watch(), Watched::Ended(0)));
            (running.is_late, running.has_stopped_a_child)
        };
        // On a busy machine a process may end, or be killed, too early or too late.
        let is = |length, line: &str, expected| {
            let is_as_expected = || run_for(length, line) == expected;
            assert!((0..20).any(|_| is_as_expected()), "{line}");
        };
        let late = "true & wait; echo \"child ($!)\"; sleep 0.3";
        is(0, late, (true, false));
        is(0, "echo \"child ($$)\"; sleep 0.3", (false, false));
        is(0, "sleep 0.3 & echo \"child ($!)\"; wait", (false, true));
        let killed = "sleep 9 & echo \"child ($!)\"; sleep 0.2; kill -9 $!; sleep 1";
        is(600, killed, (false, false));
        let foretold = "echo child; sleep 0.3 & echo \"child ($!)\"; wait";
        is(0, foretold, (false, true));
        is(0, "echo another; sleep 0.3", (false, false));
    }

    #[test]
    fn a_program_that_ends_while_it_is_looked_at_has_ended() {
        let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        let ends = || {
            let mut command = Command::new("sleep");
            command
                .arg("0.1")
                .stdout(Stdio::piped())
                .stderr(Stdio::piped());
            let mut child = command.spawn().unwrap();
            let mut running = Running::new(Vec::new(), &mut child, Duration::ZERO, None);
            let watched = running.watch();
            if !matches!(watched, Watched::Ended(_)) {
                child.wait().unwrap();
            }
            matches!(watched, Watched::Ended(0))
        };
        // On a busy machine it may still exist when it is looked for.
        assert!((0..50).any(|_| ends()));
    }

    #[test]
    fn an_end_that_was_not_seen_is_not_taken_for_a_good_one() {
        let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        let mut child = Command::new("false").spawn().unwrap();
        child.wait().unwrap();
        let mut running = Running::new(Vec::new(), &mut child, Duration::from_secs(60), None);
        assert!(matches!(running.watch(), Watched::Lost));
    }
}
