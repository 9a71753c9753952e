//! Runs a program of a lesson, to be checked from outside.

use std::collections::BTreeMap;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use common::Kind;
use lesson::family::kill_all;
use nix::libc;
use nix::sys::resource::UsageWho;
use timeline::{Run, some_of};

use crate::chance::file;
use crate::fault::{Fault, Verdict};
use crate::moment::Moment;
use crate::one_core::{self, ON_FIRST_CORE};
use crate::pages::Pages;
use crate::ran::Ran;
use crate::running::{Act, Log, Running, Watched};
use crate::stall::Nap;
use crate::stream::MOST_OUTPUT;
use crate::used::used;

/// The time limit of a program. No program of the course takes a second.
const LIMIT: Duration = Duration::from_secs(10);
/// The number of bytes that std asks for, for the stack of each thread, if there are to be none.
const TOO_LARGE_A_STACK: &str = "1152921504606846976";
/// The most bytes of a command for a student. Words that fill a pipe are far more.
const LONGEST_COMMAND: usize = 600;
/// How often a run is repeated if a process had ended before the check could stop or kill it.
const LATE_AGAIN: usize = 2;

/// A program to be run, and how to run it. Created by `program!("pipe-forgotten-end")`.
#[derive(Debug, Clone)]
pub struct Program {
    package: &'static str,
    name: &'static str,
    path: PathBuf,
    arguments: Vec<String>,
    /// Addresses that are valid as long as the check runs.
    urls: Vec<String>,
    limit: Duration,
    is_recorded: bool,
    is_on_one_core: bool,
    is_watched_for_naps: bool,
    has_threads: bool,
    acts: Vec<(Moment, usize, Act)>,
}

/// Creates a [`Program`] for the program of this name in the package that is being built.
#[macro_export]
macro_rules! program {
    ($name:literal) => {
        $crate::Program::new(
            env!("CARGO_PKG_NAME"),
            $name,
            env!(concat!("CARGO_BIN_EXE_", $name)),
        )
    };
}

impl Program {
    /// Use [`program!`](crate::program) instead.
    #[must_use]
    pub fn new(package: &'static str, name: &'static str, path: &'static str) -> Self {
        Self {
            package,
            name,
            path: file(path),
            arguments: Vec::new(),
            urls: Vec::new(),
            limit: LIMIT,
            is_recorded: true,
            is_on_one_core: false,
            is_watched_for_naps: false,
            has_threads: true,
            acts: Vec::new(),
        }
    }

    /// Adds these arguments.
    #[must_use]
    pub fn with<T: Into<String>>(mut self, words: impl IntoIterator<Item = T>) -> Self {
        self.arguments.extend(words.into_iter().map(Into::into));
        self
    }

    /// Adds the addresses of these pages. They do not appear in the command for a student, for whom
    /// the program has pages of its own.
    #[must_use]
    pub fn fetching(mut self, pages: &Pages) -> Self {
        self.urls = pages.urls();
        self
    }

    /// Gives the addresses of the pages in the opposite order.
    #[must_use]
    pub fn in_opposite_order(mut self) -> Self {
        self.urls.reverse();
        self
    }

    /// Runs it without pauses, disturbed at events that the seed chooses; on one core if it is even.
    #[must_use]
    pub fn chaos(mut self, seed: u64) -> Self {
        self.is_on_one_core = seed.is_multiple_of(2);
        self.with(["--pace", "0", "--chaos"])
            .with([seed.to_string()])
    }

    /// Runs it without a log, so that nothing tells the program that it is watched.
    #[must_use]
    pub fn bare(mut self) -> Self {
        self.is_recorded = false;
        self
    }

    /// Looks for threads that sleep by the clock during the whole run, and keeps them as the run's
    /// [`naps`](Ran::naps).
    #[must_use]
    pub fn watch_naps(mut self) -> Self {
        self.is_watched_for_naps = true;
        self
    }

    /// Runs it where the system starts no further thread, because std asks for more stack than there are
    /// addresses. A thread whose stack has a size of its own is started all the same.
    #[must_use]
    pub fn without_threads(mut self) -> Self {
        self.has_threads = false;
        self
    }

    /// Sets another time limit than ten seconds.
    #[must_use]
    pub fn within(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// Does `act` when the `nth` line (from 1) is printed that contains `text` and a pid in brackets, to
    /// the process with this pid. Choose a text that no line of a student's own is likely to contain.
    #[must_use]
    pub fn when(mut self, text: &str, nth: usize, act: Act) -> Self {
        self.acts.push((Moment::Line(text.to_owned()), nth, act));
        self
    }

    /// Does `act` when a process that is not the first one records the `nth` event of this kind in
    /// the run, such as a received message, to this process. No printed line is needed.
    #[must_use]
    pub fn when_recorded(mut self, kind: Kind, nth: usize, act: Act) -> Self {
        self.acts.push((Moment::Event(kind), nth, act));
        self
    }

    /// Does `act` to the process that has sent the `nth` message of the run, even the first process. While
    /// it is stopped, all other processes have to wait for it, and are watched. When the first process is
    /// killed, they have to end by themselves.
    #[must_use]
    pub fn when_sent(mut self, nth: usize, act: Act) -> Self {
        self.acts.push((Moment::Sent, nth, act));
        self
    }

    /// Does `act` to the process that makes the `nth` process, thread or task of the run, even the first
    /// process. While it is stopped, it cannot wait for its children, so all that fail are known at the end
    /// of the stop ([`Ran::failed`]).
    #[must_use]
    pub fn when_forked(mut self, nth: usize, act: Act) -> Self {
        self.acts.push((Moment::Forked, nth, act));
        self
    }

    /// The command with which a student runs it. There is none if the check does something to it, and none
    /// that is too long to be read.
    #[must_use]
    pub fn command(&self) -> Option<String> {
        // cargo itself cannot run without threads.
        if !self.acts.is_empty() || !self.has_threads {
            return None;
        }
        let mut words = Vec::new();
        words.extend(self.is_on_one_core.then(|| ON_FIRST_CORE.to_owned()));
        words.extend([
            "cargo run".to_owned(),
            format!("-p {} --bin {}", self.package, self.name),
        ]);
        if !self.arguments.is_empty() {
            words.push("--".to_owned());
        }
        words.extend(self.arguments.iter().cloned());
        let command = words.join(" ");
        (command.len() <= LONGEST_COMMAND).then_some(command)
    }

    /// Runs it until it ends, then kills all processes that it has left. A run that produces nothing
    /// any more, although the machine has time for it, is ended early. A run that is still at work at
    /// its limit is repeated once with three times the limit, because the machine may be busy. A run
    /// in which a process had ended before the check could stop or kill it is repeated up to twice.
    ///
    /// # Panics
    /// With a [`Fault`] when it did not end, printed too much, or left a process behind.
    #[must_use]
    pub fn run(&self) -> Ran {
        let mut first = self.run_once(self.limit);
        for _ in 0..LATE_AGAIN {
            if first.as_ref().is_ok_and(|ran| ran.is_late) {
                first = self.run_once(self.limit);
            }
        }
        match first {
            Err(fault) if fault.verdict == Verdict::Timeout && !fault.is_sure => {
                let again = self.run_once(3 * self.limit);
                again.unwrap_or_else(|fault| fault.raise())
            }
            ran => ran.unwrap_or_else(|fault| fault.raise()),
        }
    }

    fn run_once(&self, limit: Duration) -> Result<Ran, Fault> {
        let log = self.is_recorded.then(Log::new);
        let before = used(UsageWho::RUSAGE_CHILDREN);
        let mut running = self.start(log.as_ref(), limit);
        let watched = running.watch();
        let left = kill_all(|_| ()).unwrap_or_default().names;
        let naps = running.naps.take().unwrap_or_default();
        let first_naps = naps_of(running.pid(), &naps);
        let (out, err) = running.output();
        let used = used(UsageWho::RUSAGE_CHILDREN).since(before);
        let log = log.map(Log::text).unwrap_or_default();
        let ran = Ran {
            code: None,
            signal: None,
            out,
            err,
            run: Run::read(log.as_bytes()).unwrap_or_default(),
            cpu: used.cpu,
            sleeps: used.sleeps,
            unwaited: running.unwaited,
            is_late: running.is_late,
            naps: named(running.pid(), naps),
            first_naps,
            by_clock: running.by_clock,
            awake: running.awake,
            busy: running.busy,
            has_stopped_a_child: running.has_stopped_a_child,
            has_stopped_first: running.has_stopped_first,
            is_on_one_core: running.is_on_one_core,
            name: self.name,
            command: self.command(),
            failed: running.failed,
            at_stops: running.at_stops,
            log,
        };
        verdict(ran, watched, left)
    }

    fn start(&self, log: Option<&Log>, limit: Duration) -> Running {
        let mut command = Command::new(&self.path);
        command.args(&self.arguments).args(&self.urls);
        if let Some(log) = log {
            command.arg("--record").arg(log.path());
        }
        // The program does not get variables that a user or cargo has set.
        command.env_clear().env("PATH", "/usr/bin:/bin");
        if !self.has_threads {
            command.env("RUST_MIN_STACK", TOO_LARGE_A_STACK);
        }
        command.process_group(0).stdin(Stdio::null());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let spawned = match self.is_on_one_core {
            true => one_core::spawn(&mut command),
            false => command.spawn().map(|child| (child, false)),
        };
        match spawned {
            Ok((mut child, is_on_one_core)) => {
                let log = log.map(Log::path);
                let mut running = Running::new(self.acts.clone(), &mut child, limit, log);
                running.naps = self.is_watched_for_naps.then(BTreeMap::new);
                running.is_on_one_core = is_on_one_core;
                running.waits_for_check = !self.urls.is_empty();
                running
            }
            Err(error) => {
                let text = format!("cannot run {}: {error}", self.path.display());
                Fault::of(Verdict::GraderError, text).raise()
            }
        }
    }
}

/// The naps of one process.
fn naps_of(pid: i32, naps: &BTreeMap<(i32, i32), Nap>) -> Vec<Nap> {
    let its = naps.iter().filter(|((its, _), _)| *its == pid);
    its.map(|(_, nap)| nap.clone()).collect()
}

/// The names of these threads. The first thread of the first process has that of the program, cut off.
fn named(first: i32, naps: BTreeMap<(i32, i32), Nap>) -> Vec<String> {
    let name = |(id, nap): (_, Nap)| match id == (first, first) {
        true => "the main thread".to_owned(),
        false => nap.name,
    };
    naps.into_iter().map(name).collect()
}

/// The result of a watched run: the run if it has ended, otherwise a fault.
fn verdict(ran: Ran, watched: Watched, left: BTreeMap<i32, String>) -> Result<Ran, Fault> {
    match watched {
        Watched::Ended(status) if left.is_empty() => Ok(Ran {
            code: libc::WIFEXITED(status).then(|| libc::WEXITSTATUS(status)),
            signal: libc::WIFSIGNALED(status).then(|| libc::WTERMSIG(status)),
            ..ran
        }),
        Watched::Ended(_) => {
            let names: Vec<_> = left.into_values().collect();
            let names = some_of(&names);
            Err(ran.fault(&format!(
                "It has ended, but these processes still ran: {names}."
            )))
        }
        Watched::Lost => {
            let text =
                "The end of the program was not seen: another part of the check has waited for it.";
            Err(Fault::of(Verdict::GraderError, text))
        }
        Watched::TooMuchOutput => {
            let mib = MOST_OUTPUT >> 20;
            Err(ran.fault(&format!("It printed more than {mib} MiB, and was ended.")))
        }
        Watched::TooLong(look) => {
            let (verdict, text) = look.describe("It does not end", &ran.run, &left);
            Err(Fault {
                verdict,
                is_sure: look.is_endless,
                ..ran.fault(&text)
            })
        }
        Watched::NoNews(look) => {
            let (verdict, text) = look.describe("It makes no progress", &ran.run, &left);
            Err(Fault {
                verdict,
                is_sure: verdict == Verdict::Timeout || look.is_endless,
                ..ran.fault(&text)
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::PoisonError;

    use super::*;
    use crate::running::tests::ALONE;

    #[test]
    fn a_run_in_which_something_was_done_to_a_process_has_no_command_that_shows_it_again() {
        let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        let program = Program::new("p", "sh", "/bin/sh")
            .bare()
            .with(["-c", "true"]);
        let again = |program: &Program| program.run().fault("why").again;
        let command = "cargo run -p p --bin sh -- -c true";
        assert_eq!(again(&program).as_deref(), Some(command));
        for act in [Act::Kill, Act::Stop(Duration::ZERO)] {
            assert_eq!(again(&program.clone().when("a line", 1, act)), None);
        }
    }

    #[test]
    fn a_command_that_is_too_long_to_be_read_is_not_shown() {
        let program = Program::new("p", "sh", "/bin/sh").with(["-c", "true"]);
        assert!(program.command().is_some());
        let long = program.with(["word".repeat(LONGEST_COMMAND / 4)]);
        assert_eq!(long.command(), None);
    }
}
