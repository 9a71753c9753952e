//! A program that has run: what it printed, how it ended, what its log tells.

use std::collections::BTreeSet;
use std::time::Duration;

use common::Kind;
use nix::sys::signal::Signal;
use timeline::{End, Lane, Role, Run, some_of};

use crate::fault::{Fault, Verdict};
use crate::running::Act;
use crate::stall::Nap;

/// A program that has ended.
#[derive(Debug, Clone)]
pub struct Ran {
    /// Its exit code, unless a signal ended it.
    pub code: Option<i32>,
    /// The signal that ended it.
    pub signal: Option<i32>,
    /// What it and its children wrote on standard output.
    pub out: String,
    /// The same on standard error.
    pub err: String,
    /// What its log tells; empty for a bare run.
    pub run: Run,
    /// Processor time of it and all that it has started.
    pub cpu: Duration,
    /// How often it and all that it has started went to sleep: what asks again and again, with
    /// pauses, does so more often than what waits.
    pub sleeps: u64,
    /// Processes that it has started and not waited for: they had no parent any more at their end.
    pub unwaited: usize,
    /// The threads that were seen asleep by the clock, by their names (of 15 characters at most): in
    /// a sleep, or in a wait for another thread that has a limit. Of a run with
    /// [`watch_naps`](crate::Program::watch_naps).
    pub naps: Vec<String>,
    /// The threads of the first process that were seen asleep by the clock, or in a wait with a limit.
    pub(crate) first_naps: Vec<Nap>,
    /// Threads of the processes above one that [stood still](Act::Stop), its parent and so on, that
    /// waited by the clock when it was let go on.
    pub(crate) by_clock: Vec<Nap>,
    /// Those of them that went to sleep again and again while it stood still.
    pub(crate) awake: Vec<String>,
    /// Those of them that were at work all the time.
    pub(crate) busy: Vec<String>,
    /// A process was [stopped](crate::Act::Stop), and it was not the first one.
    pub has_stopped_a_child: bool,
    /// The first process was to be stopped, because it has printed the line of another one.
    pub(crate) has_stopped_first: bool,
    pub(crate) is_on_one_core: bool,
    /// Children that had failed, by the kernel's word, when a process that had stood still went on, and that
    /// nothing had waited for by then.
    pub failed: BTreeSet<i32>,
    /// The program's name.
    pub(crate) name: &'static str,
    /// For a student; `None` where the check has done something to a process: no command shows that again.
    pub(crate) command: Option<String>,
    pub(crate) log: String,
    /// A process had ended before it could be stopped or killed.
    pub(crate) is_late: bool,
}

impl Ran {
    /// The lines on standard output.
    #[must_use]
    pub fn lines(&self) -> Vec<&str> {
        self.out.lines().collect()
    }

    /// What stands behind `verb: ` in the lines that have it, in their order.
    #[must_use]
    pub fn said(&self, verb: &str) -> Vec<&str> {
        let verb = format!("{verb}: ");
        let rest = |line| Some(str::split_once(line, &verb)?.1);
        self.out.lines().filter_map(rest).collect()
    }

    /// A process of it that did not end by itself, by its name: it was killed, or a signal was sent to
    /// it. One at which a kill of the check's comes a moment too late has ended by itself.
    #[must_use]
    pub fn killed(&self) -> Option<&str> {
        let is_process = |lane: &&Lane| lane.role == Role::Process && lane.parent.is_some();
        let mut children = self.run.lanes.iter().filter(is_process);
        let killed = children.find(|lane| !matches!(lane.end, End::Exit(_)));
        let mut events = self.run.events.iter();
        let kill = events.find(|event| event.kind == Kind::Kill);
        killed
            .map(|lane| lane.name.as_str())
            .or(kill.map(|kill| kill.label()))
    }

    /// Stops a process for longer than this whole run took, at most eight seconds more. Of two runs, a
    /// program that sleeps instead of waiting sleeps too short in the second.
    #[must_use]
    pub fn longer(&self) -> Act {
        let took = Duration::from_nanos(self.run.length());
        Act::Stop(Duration::from_millis(700) + took.min(Duration::from_secs(8)))
    }

    /// A fault of this run: with the command and the log that show it again.
    #[must_use]
    pub fn fault(&self, said: &str) -> Fault {
        let mut fault = Fault::new(said);
        fault.again.clone_from(&self.command);
        if self.is_on_one_core {
            let where_it_ran = "All of its processes ran on one core, where they take turns.";
            fault.said.push(where_it_ran.to_owned());
        }
        if !self.log.is_empty() {
            fault.log = Some(self.log.clone());
        }
        fault
    }

    /// Looks whether something holds of this run.
    ///
    /// # Panics
    /// With a [`Fault`] that says `otherwise`, when it does not.
    #[track_caller]
    pub fn expect(&self, holds: bool, otherwise: impl FnOnce() -> String) -> &Self {
        if !holds {
            self.fault(&otherwise()).raise();
        }
        self
    }

    /// Looks whether each process that it has started ended by itself, and was waited for.
    ///
    /// # Panics
    /// With a [`Fault`], when one was killed or is left.
    pub fn expect_ends(&self) -> &Self {
        if let Some(name) = self.killed() {
            let said = format!("{name} was killed, and should end by itself.");
            self.fault(&said).raise();
        }
        self.expect(self.unwaited == 0, || {
            "The program has ended without waiting for a child.".to_owned()
        })
    }

    /// Looks whether this run, which has taken longer than the `usual` one because a process in it
    /// stood still, had no more to do than that one: what waits sleeps until it is woken.
    ///
    /// # Panics
    /// With a [`Fault`], when something has asked again and again.
    pub fn expect_sleeping_since(&self, usual: &Self) -> &Self {
        let used = self.cpu.saturating_sub(usual.cpu).as_millis();
        self.expect(used < 100, || {
            format!(
                "While a process was waited for, {used} ms of the processor were used: something \
                 asks all the time."
            )
        });
        self.expect_not_busy();
        let more = self.sleeps.saturating_sub(usual.sleeps);
        self.expect(more < 100, || {
            format!(
                "While a process was waited for, something went to sleep {more} times: it asks \
                 again and again."
            )
        })
    }

    fn expect_not_busy(&self) -> &Self {
        self.expect(self.busy.is_empty(), || {
            format!(
                "While a process stood still, {} was at work all the time: it asks again and again.",
                some_of(&self.busy)
            )
        })
    }

    /// Looks whether all but these threads, whose work is to sleep, only waited for them: of a bare run
    /// with [`watch_naps`](crate::Program::watch_naps).
    ///
    /// # Panics
    /// With a [`Fault`], when another thread slept by a clock, waited with a limit, or asked again and
    /// again.
    pub fn expect_waiting_for(&self, workers: &[&str]) -> &Self {
        let is_other = |name: &&String| !workers.contains(&name.as_str());
        let others: Vec<_> = self.naps.iter().filter(is_other).cloned().collect();
        let workers = workers.join(" and ");
        self.expect(others.is_empty(), || {
            format!(
                "Besides the work of {workers}, nothing has to sleep by a clock, or to wait with a \
                 limit of time: how long does a thread take? These do: {}.",
                others.join(", ")
            )
        });
        self.expect(self.cpu < Duration::from_millis(40), || {
            format!(
                "While {workers} sleeps, something else uses the processor, {} ms in all: it asks again \
                 and again instead of waiting.",
                self.cpu.as_millis()
            )
        })
    }

    /// Looks whether the first process has never slept by the clock: of a run with
    /// [`watch_naps`](crate::Program::watch_naps), whose work is that of its children.
    ///
    /// # Panics
    /// With a [`Fault`], when it has slept, or waited with a limit of time, however short it was.
    pub fn expect_first_never_sleeps(&self) -> &Self {
        self.expect(self.first_naps.is_empty(), || {
            "The first process slept by the clock, or waited with a limit of time. It has nothing to \
             do but to wait for its children, as long as they take."
                .to_owned()
        })
    }

    /// As [`expect_first_never_sleeps`](Self::expect_first_never_sleeps), for a program whose library looks
    /// again now and then while it waits: it may not have slept.
    ///
    /// # Panics
    /// With a [`Fault`], when it has slept, however short that was.
    pub fn expect_first_only_waits(&self) -> &Self {
        self.expect(self.first_naps.iter().all(|nap| !nap.is_sleep), || {
            "The first process slept by the clock. It has nothing to do but to wait for its workers, as \
             long as they take."
                .to_owned()
        })
    }

    /// Looks whether all that waited for a process that stood still slept until it went on: who asks,
    /// wakes to do so, however seldom, and in whatever it sleeps.
    ///
    /// # Panics
    /// With a [`Fault`], when something went to sleep again and again, or was at work all the time.
    pub fn expect_undisturbed(&self) -> &Self {
        self.expect_not_busy();
        self.expect(self.awake.is_empty(), || {
            format!(
                "While a process stood still, {} went to sleep again and again: it asks now and then. \
                 What waits is woken when there is something.",
                some_of(&self.awake)
            )
        })
    }

    /// Looks whether all that waited for a process that stood still did so for as long as it takes.
    ///
    /// # Panics
    /// With a [`Fault`], when something slept, or waited with a limit of time, however long it is.
    pub fn expect_no_clock(&self) -> &Self {
        self.expect_none_of("slept, or waited with a limit of time", |_| true)
    }

    /// As [`expect_no_clock`](Self::expect_no_clock), for a program whose library looks again now and
    /// then while it waits: nothing may have slept.
    ///
    /// # Panics
    /// With a [`Fault`].
    pub fn expect_no_sleep(&self) -> &Self {
        self.expect_none_of("slept", |nap| nap.is_sleep)
    }

    fn expect_none_of(&self, what: &str, is_one: impl Fn(&Nap) -> bool) -> &Self {
        let naps = self.by_clock.iter().filter(|nap| is_one(nap));
        let names: Vec<_> = naps.map(|nap| nap.name.clone()).collect();
        self.expect(names.is_empty(), || {
            format!(
                "While a process stood still, {} {what}. How long can it take? What has to wait waits \
                 without a limit.",
                some_of(&names)
            )
        })
    }

    /// Looks whether the program has failed: an error was returned to its `main`, which prints it and ends with
    /// exit code 1.
    ///
    /// # Panics
    /// With a [`Fault`], when it has ended otherwise.
    pub fn expect_error(&self) -> &Self {
        self.expect_code(1);
        let complaint = format!("{}:", self.name);
        self.expect(self.err.lines().any(|line| line.starts_with(&complaint)), || {
            format!(
                "The exit code is 1, and no error was returned: `main` prints it, in a line that begins with \
                 \"{complaint}\". On standard error is: {}",
                self.err
            )
        })
    }

    /// Looks whether none of its threads and tasks has panicked.
    ///
    /// # Panics
    /// With a [`Fault`], when one has, though another one has made an error of it.
    pub fn expect_no_panic(&self) -> &Self {
        let mut lines = self.err.lines();
        let panic = lines.find(|line| line.contains("panicked at"));
        self.expect(panic.is_none(), || {
            format!(
                "Something panics, and should end well, or return an error: {}",
                panic.unwrap_or_default()
            )
        })
    }

    /// Only a program that asks again and again records more than a file may hold in a box; or one that
    /// writes such a file by itself.
    fn expect_short_log(&self) {
        // What does not die of the signal gets an error.
        let is_too_long = self.signal == Some(Signal::SIGXFSZ as i32)
            || self.err.contains("File too large (os error 27)");
        self.expect(!is_too_long, || {
            "It was ended because a file of it was longer than it may be. If it has written none, it \
             is the log of what it does: then it asks again and again, instead of waiting."
                .to_owned()
        });
    }

    /// Looks at the exit code.
    ///
    /// # Panics
    /// With a [`Fault`], when it is another one.
    pub fn expect_code(&self, code: i32) -> &Self {
        self.expect_short_log();
        let its = match (self.code, self.signal) {
            (Some(its), _) if its == code => return self,
            (Some(its), _) => format!("it is {its}"),
            (None, signal) => {
                let signal = signal.and_then(|signal| Signal::try_from(signal).ok());
                let signal = signal.map_or("a signal", Signal::as_str);
                format!("it was ended by {signal}")
            }
        };
        let all = format!("{}{}", self.out, self.err);
        let last: Vec<_> = all.lines().collect();
        let last = last[last.len().saturating_sub(5)..].join("\n  ");
        let said = format!("Exit code {code} was expected, and {its}. Its last words:\n  {last}");
        let mut fault = self.fault(&said);
        // 101 is what Rust's runtime gives for a panic.
        if self.code.is_none_or(|code| code == 101) {
            fault.verdict = Verdict::Crash;
        }
        fault.raise()
    }
}
