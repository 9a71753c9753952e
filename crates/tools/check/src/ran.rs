//! A program that has run: its output, how it ended, and its log.

use std::collections::BTreeSet;
use std::time::Duration;

use common::Kind;
use common::log::what;
use nix::sys::signal::Signal;
use timeline::{End, Event, Lane, Role, Run, some_of};

use crate::fault::{Fault, Verdict};
use crate::running::Act;
use crate::stall::Nap;
use crate::stopped::AtStop;

/// A program that has ended.
#[derive(Debug, Clone)]
pub struct Ran {
    /// Its exit code, unless a signal ended it.
    pub code: Option<i32>,
    /// The signal that ended it.
    pub signal: Option<i32>,
    /// The standard output of it and its children.
    pub out: String,
    /// The standard error of it and its children.
    pub err: String,
    /// The run as its log records it; empty for a bare run.
    pub run: Run,
    /// The processor time of it and of all processes that it has started.
    pub cpu: Duration,
    /// How often it and the processes that it has started went to sleep. A process that polls with
    /// pauses does so more often than one that waits.
    pub sleeps: u64,
    /// The number of processes that were not waited for by it: they had no parent in the run when they ended.
    pub unwaited: usize,
    /// The threads that were seen asleep by the clock, by name (at most 15 characters): in a sleep,
    /// or in a wait for another thread with a time limit. Only of a run with
    /// [`watch_naps`](crate::Program::watch_naps).
    pub naps: Vec<String>,
    /// The threads of the first process that were seen asleep by the clock or in a wait with a time limit.
    pub(crate) first_naps: Vec<Nap>,
    /// Threads of the processes above a [stopped](Act::Stop) one (its parent and so on) that waited
    /// by the clock when it was continued.
    pub(crate) by_clock: Vec<Nap>,
    /// Threads of those processes that went to sleep repeatedly while it was stopped.
    pub(crate) awake: Vec<String>,
    /// Threads of those processes that ran all the time while it was stopped.
    pub(crate) busy: Vec<String>,
    /// Whether a process was [stopped](Act::Stop) that was not the first one.
    pub has_stopped_a_child: bool,
    /// Whether the first process was to be [stopped](crate::Act::Stop).
    pub(crate) has_stopped_first: bool,
    pub(crate) is_on_one_core: bool,
    /// Children that had failed, as the kernel reports, when a stopped process was continued, and
    /// that no process had waited for by then.
    pub failed: BTreeSet<i32>,
    /// What it had printed and recorded at the end of each [stop](Act::Stop).
    pub at_stops: Vec<AtStop>,
    /// The program's name.
    pub(crate) name: &'static str,
    /// The command for a student; `None` if no command reproduces the run.
    pub(crate) command: Option<String>,
    pub(crate) log: String,
    /// Whether a process had ended before the check could stop or kill it.
    pub(crate) is_late: bool,
}

impl Ran {
    /// The lines of standard output.
    #[must_use]
    pub fn lines(&self) -> Vec<&str> {
        self.out.lines().collect()
    }

    /// The text after `verb: ` in each line that contains it, in order.
    #[must_use]
    pub fn said(&self, verb: &str) -> Vec<&str> {
        let verb = format!("{verb}: ");
        let rest = |line| Some(str::split_once(line, &verb)?.1);
        self.out.lines().filter_map(rest).collect()
    }

    /// The name of a process of the run that did not end by itself but was killed, or to which a signal
    /// was sent. A process that had ended when the check's kill reached it has ended by itself.
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

    /// An act that stops a process for longer than this whole run took: 700 ms more, and 8.7 s at most. In
    /// a second run with it, a program that sleeps instead of waiting sleeps too short.
    #[must_use]
    pub fn longer(&self) -> Act {
        Act::Stop(self.longer_time())
    }

    /// The length of [`longer`](Self::longer).
    pub(crate) fn longer_time(&self) -> Duration {
        let took = Duration::from_nanos(self.run.length());
        Duration::from_millis(700) + took.min(Duration::from_secs(8))
    }

    /// A fault of this run, with the command and the log that reproduce it.
    #[must_use]
    pub fn fault(&self, text: &str) -> Fault {
        let mut fault = Fault::new(text);
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

    /// Checks that something holds of this run.
    ///
    /// # Panics
    /// With a [`Fault`] with the text `otherwise` when it does not.
    #[track_caller]
    pub fn expect(&self, holds: bool, otherwise: impl FnOnce() -> String) -> &Self {
        if !holds {
            self.fault(&otherwise()).raise();
        }
        self
    }

    /// Like [`expect`](Self::expect), for something that does not hold on a machine that is too slow.
    ///
    /// # Panics
    /// With a [`Fault`] [by the clock](Fault::is_by_clock) when it does not.
    #[track_caller]
    pub fn expect_in_time(&self, holds: bool, otherwise: impl FnOnce() -> String) -> &Self {
        if !holds {
            self.fault(&otherwise()).by_clock().raise();
        }
        self
    }

    /// Checks that each process of the run ended by itself and was waited for.
    ///
    /// # Panics
    /// With a [`Fault`], when one was killed or is left.
    pub fn expect_ends(&self) -> &Self {
        if let Some(name) = self.killed() {
            let text = format!("{name} was killed, but should end by itself.");
            self.fault(&text).raise();
        }
        self.expect(self.unwaited == 0, || {
            "The program has ended without waiting for a child.".to_owned()
        })
    }

    /// Checks that this run, in which a process was stopped for some time, did no more work than
    /// the `usual` run without the stop: a process that waits sleeps until it is woken.
    ///
    /// # Panics
    /// With a [`Fault`] when something polled.
    pub fn expect_sleeping_since(&self, usual: &Self) -> &Self {
        let used = self.cpu.saturating_sub(usual.cpu).as_millis();
        self.expect_in_time(used < 100, || {
            format!(
                "While the program waited for a process, it used the processor for {used} ms more: \
                 something polls all the time."
            )
        });
        self.expect_not_busy();
        let more = self.sleeps.saturating_sub(usual.sleeps);
        self.expect_in_time(more < 100, || {
            format!(
                "While the program waited for a process, something went to sleep {more} times: it \
                 polls."
            )
        })
    }

    fn expect_not_busy(&self) -> &Self {
        self.expect_in_time(self.busy.is_empty(), || {
            format!(
                "While others had to wait for a process, {} was at work all the time: it polls.",
                some_of(&self.busy)
            )
        })
    }

    /// Checks that all threads except `workers`, whose work is to sleep, only waited for them. Each of
    /// these names stands for one thread. For a bare run with [`watch_naps`](crate::Program::watch_naps).
    ///
    /// # Panics
    /// With a [`Fault`] when another thread slept by a clock, waited with a time limit, or used the
    /// processor.
    pub fn expect_waiting_for(&self, workers: &[&str]) -> &Self {
        // Another thread may have the name of a worker.
        let (mut left, mut others) = (workers.to_vec(), Vec::new());
        for name in &self.naps {
            match left.iter().position(|worker| **worker == **name) {
                Some(worker) => _ = left.swap_remove(worker),
                None if workers.contains(&name.as_str()) => {
                    others.push(format!("another thread named {name}"));
                }
                None => others.push(name.clone()),
            }
        }
        let workers = workers.join(" and ");
        self.expect(others.is_empty(), || {
            format!(
                "Apart from the work of {workers}, no thread should sleep by the clock or wait with a \
                 time limit: it is not known how long a thread takes. These do: {}.",
                others.join(", ")
            )
        });
        self.expect_in_time(self.cpu < Duration::from_millis(40), || {
            format!(
                "While {workers} slept, something else used the processor for {} ms in all: it polls \
                 instead of waiting.",
                self.cpu.as_millis()
            )
        })
    }

    /// Checks that the first process never slept by the clock. For a run with
    /// [`watch_naps`](crate::Program::watch_naps) in which the children do the work.
    ///
    /// # Panics
    /// With a [`Fault`] when it slept, or waited with a time limit, however short that was.
    pub fn expect_first_never_sleeps(&self) -> &Self {
        self.expect(self.first_naps.is_empty(), || {
            "The first process slept by the clock, or waited with a time limit. It should only wait for \
             its children, however long they take."
                .to_owned()
        })
    }

    /// Like [`expect_first_never_sleeps`](Self::expect_first_never_sleeps), for a program whose
    /// library wakes now and then while it waits: only a sleep is a fault.
    ///
    /// # Panics
    /// With a [`Fault`] when it slept, however short that was.
    pub fn expect_first_only_waits(&self) -> &Self {
        self.expect(self.first_naps.iter().all(|nap| !nap.is_sleep), || {
            "The first process slept by the clock. It should only wait, however long that takes."
                .to_owned()
        })
    }

    /// Checks that all threads that waited for a stopped process slept until it was continued. A
    /// thread that polls wakes up to do so, however seldom, and whichever call it sleeps in.
    ///
    /// # Panics
    /// With a [`Fault`] when a thread went to sleep repeatedly or ran all the time.
    pub fn expect_undisturbed(&self) -> &Self {
        self.expect_not_busy();
        self.expect_in_time(self.awake.is_empty(), || {
            format!(
                "While others had to wait for a process, {} went to sleep again and again: it polls. A \
                 thread that waits should sleep until it is woken.",
                some_of(&self.awake)
            )
        })
    }

    /// Checks that all threads that waited for a stopped process did so without a time limit.
    ///
    /// # Panics
    /// With a [`Fault`] when a thread slept, or waited with a time limit, however long the limit is.
    pub fn expect_no_clock(&self) -> &Self {
        self.expect_none_of("slept, or waited with a time limit", |_| true)
    }

    /// Like [`expect_no_clock`](Self::expect_no_clock), for a program whose library wakes now and
    /// then while it waits: only a sleep is a fault.
    ///
    /// # Panics
    /// With a [`Fault`] when a thread slept.
    pub fn expect_no_sleep(&self) -> &Self {
        self.expect_none_of("slept", |nap| nap.is_sleep)
    }

    /// Returns whether a thread that waited for a stopped process slept, or waited with a time limit, when the
    /// process was continued ([`expect_no_clock`](Self::expect_no_clock) makes a fault of it).
    #[must_use]
    pub fn has_waited_by_clock(&self) -> bool {
        !self.by_clock.is_empty()
    }

    fn expect_none_of(&self, what: &str, is_one: impl Fn(&Nap) -> bool) -> &Self {
        let naps = self
            .by_clock
            .iter()
            .filter(|nap| !nap.is_besides && is_one(nap));
        let names: Vec<_> = naps.map(|nap| nap.name.clone()).collect();
        self.expect_in_time(names.is_empty(), || {
            format!(
                "While others had to wait for a process, {} {what}. It is not known how long a process \
                 takes, so a thread should wait for it without a time limit.",
                some_of(&names)
            )
        })
    }

    /// Checks that the program has failed: an error was returned to its `main`, which prints it and
    /// returns exit code 1. In a recorded run a body that prints the line itself is found by the end
    /// of its process, because `exit_now` records that `main` did not return.
    ///
    /// # Panics
    /// With a [`Fault`] when it ended in another way.
    pub fn expect_error(&self) -> &Self {
        self.expect_code(1);
        self.expect(!self.first_ends_at_once(), || {
            "The exit code is 1, but no error was returned: the first process called `exit_now`. The \
             function should return the error to `main`, which prints it."
                .to_owned()
        });
        let complaint = format!("{}:", self.name);
        self.expect(self.err.lines().any(|line| line.starts_with(&complaint)), || {
            format!(
                "The exit code is 1, but no error was returned: `main` prints an error in a line that begins \
                 with \"{complaint}\". Standard error has: {}",
                self.err
            )
        })
    }

    /// Returns whether the log shows that the first process ended itself, so that its `main` did not
    /// return.
    fn first_ends_at_once(&self) -> bool {
        let is_at_once = |event: &Event| event.kind == Kind::Exit && &*event.what == what::AT_ONCE;
        let mut ends = self.run.events.iter().filter(|event| is_at_once(event));
        ends.any(|event| !self.is_child(event.lane))
    }

    /// Checks that no thread or task of the run has panicked.
    ///
    /// # Panics
    /// With a [`Fault`] when one has, even if another one has turned the panic into an error.
    pub fn expect_no_panic(&self) -> &Self {
        let mut lines = self.err.lines();
        let panic = lines.find(|line| line.contains("panicked at"));
        self.expect(panic.is_none(), || {
            format!(
                "A thread or task panicked, but should end well or return an error: {}",
                panic.unwrap_or_default()
            )
        })
    }

    /// Checks the length of the log. Only a program that polls records more than a file may hold in
    /// a box, unless it writes such a file itself.
    fn expect_short_log(&self) {
        // A program that survives the signal gets an error from the write.
        let is_too_long = self.signal == Some(Signal::SIGXFSZ as i32)
            || self.err.contains("File too large (os error 27)");
        self.expect(!is_too_long, || {
            "The program was ended because one of its files became too long. If it writes no file, this \
             is the log of what it does: then it polls instead of waiting."
                .to_owned()
        });
    }

    /// Checks the exit code.
    ///
    /// # Panics
    /// With a [`Fault`] when it is another one.
    pub fn expect_code(&self, code: i32) -> &Self {
        self.expect_short_log();
        let its = match (self.code, self.signal) {
            (Some(its), _) if its == code => return self,
            (Some(its), _) => format!("it is {its}"),
            (None, signal) => {
                let signal = signal.and_then(|signal| Signal::try_from(signal).ok());
                let signal = signal.map_or("a signal", Signal::as_str);
                format!("the program was ended by {signal}")
            }
        };
        let all = format!("{}{}", self.out, self.err);
        let last: Vec<_> = all.lines().collect();
        let last = last[last.len().saturating_sub(5)..].join("\n  ");
        let text = format!("Exit code {code} was expected, but {its}. Its last lines:\n  {last}");
        let mut fault = self.fault(&text);
        // 101 is the exit code of Rust's runtime after a panic.
        if self.code.is_none_or(|code| code == 101) {
            fault.verdict = Verdict::Crash;
        }
        fault.raise()
    }
}
