//! Finds out how a process of a check waits while it calls a student's function, from the events
//! that the lessons' types record below that function.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::thread::sleep;
use std::time::Duration;

use common::{Kind, Settings};
use timeline::Run;

use crate::fault::{Fault, Verdict};
use crate::running::Log;

/// How often to look whether a process waits, every two milliseconds. This is a number and not a
/// time, because on a busy machine both the process and the looks take longer.
const LOOKS: u32 = 500;

/// How many waits with a limit may end in vain before: some locks are tried first, which is cheaper.
const MOST_IN_VAIN: usize = 3;

/// The size limit of the log until then. A wait is a few events. A process that polls would fill
/// the file until the system ends every process that writes to it, this one included.
const MOST_BYTES: u64 = 1 << 20;

/// The log of the process of a check and of all processes that it forks.
pub struct Recorded(Log);

/// The log of the whole check, if it is recorded for a reader.
static FOR_A_READER: OnceLock<PathBuf> = OnceLock::new();

/// Starts recording all that this process does, in this file, for a reader.
pub(crate) fn begin_in(exercise: &str, file: &Path) -> Result<(), String> {
    let _only_once = FOR_A_READER.set(file.to_owned());
    begin(exercise, file)
}

fn begin(program: &str, file: &Path) -> Result<(), String> {
    let settings = Settings {
        pace: 0.0,
        seed: Some(1),
        chaos: None,
        record: Some(file.to_owned()),
    };
    common::begin(program, &settings)
}

impl Recorded {
    /// Starts recording. Call it before any other type is created.
    ///
    /// # Panics
    /// With a [`Fault`] of the grader when the log cannot be written.
    #[must_use]
    pub fn begin() -> Self {
        if let Some(file) = FOR_A_READER.get() {
            return Self(Log::kept(file));
        }
        let log = Log::new();
        match begin("check", log.path()) {
            Ok(()) => Self(log),
            Err(error) => Fault::of(Verdict::GraderError, error).raise(),
        }
    }

    /// Returns when the process of this name waits without a time limit. A process that polls, with
    /// pauses of any length, never does.
    ///
    /// # Panics
    /// With a [`Fault`] when it waits with a time limit, or not at all, or polls before it waits.
    pub fn expect_waits(&self, name: &str) {
        let mut last = None;
        for _ in 0..LOOKS {
            if fs::metadata(self.0.path()).is_ok_and(|log| log.len() > MOST_BYTES) {
                let text = format!(
                    "{name} has nothing to do, but checks all the time whether there is something: it \
                     should wait."
                );
                Fault::new(text).raise();
            }
            let kinds = self.kinds_of(name);
            last = kinds.last().copied();
            if in_vain_at_last(&kinds) > MOST_IN_VAIN {
                in_turns(name);
            }
            if last == Some(Kind::Wait) {
                return;
            }
            if in_vain(&kinds) > MOST_IN_VAIN {
                in_turns(name);
            }
            sleep(Duration::from_millis(2));
        }
        if last == Some(Kind::WaitLimit) {
            in_turns(name);
        }
        let text = format!(
            "{name} has nothing to do, but does not wait until there is something: it polls, or has \
             ended."
        );
        Fault::new(text).by_clock().raise()
    }

    /// Checks that the process of this name, which waits with a long time limit, does not do so by
    /// many short waits. Call it when the process has waited for a while.
    ///
    /// # Panics
    /// With a [`Fault`] when it does.
    pub fn expect_one_wait(&self, name: &str) {
        if in_vain(&self.kinds_of(name)) > MOST_IN_VAIN {
            let text = format!(
                "{name} has a long time limit and nothing to do, but waits again and again for a short time: \
                 it should wait until there is something, or until the limit."
            );
            Fault::new(text).raise();
        }
    }

    /// Returns the name of the thing for which the process of this name waits, with a time limit or
    /// without; `None` if it does not wait.
    #[must_use]
    pub fn waits_for(&self, name: &str) -> Option<String> {
        let (kind, thing) = self.events_of(name).pop()?;
        thing.filter(|_| kind.is_wait())
    }

    /// The kinds of the events of the process of this name.
    fn kinds_of(&self, name: &str) -> Vec<Kind> {
        let events = self.events_of(name).into_iter();
        events.map(|(kind, _)| kind).collect()
    }

    /// The events of the process of this name, each with the name of its thing.
    fn events_of(&self, name: &str) -> Vec<(Kind, Option<String>)> {
        let run = self.run();
        let lane = run.lanes.iter().rfind(|lane| lane.name == name);
        let events = lane.map_or(&[][..], |lane| &lane.events);
        let events = events.iter().map(|&event| &run.events[event]);
        let thing = |on: usize| run.things[on].name.clone();
        events
            .map(|event| (event.kind, event.on.map(thing)))
            .collect()
    }

    /// Returns whether the last event of a thread is the start of a wait, with or without a limit.
    pub(crate) fn is_waiting(&self, thread: (i32, i32)) -> bool {
        let thread = (thread.0.cast_unsigned(), thread.1.cast_unsigned());
        let run = self.run();
        let lanes = run.lanes.iter();
        let its = lanes.filter(|lane| (lane.pid, lane.tid) == thread);
        let last = its.filter_map(|lane| lane.events.last()).max();
        last.is_some_and(|&last| run.events[last].kind.is_wait())
    }

    /// How many waits in a row, at most, a thread of this process has given up after less than `limit` each.
    #[must_use]
    pub fn short_waits_in_a_row(&self, limit: Duration) -> usize {
        let run = self.run();
        let its = run.lanes.iter().filter(|lane| lane.pid == common::pid());
        let mut most = 0;
        for lane in its {
            let mut in_a_row = 0;
            for pair in lane.events.windows(2) {
                let [wait, then] = [pair[0], pair[1]].map(|event| &run.events[event]);
                if !wait.kind.is_wait() {
                    continue;
                }
                let is_short =
                    then.kind == Kind::GiveUp && Duration::from_nanos(then.t - wait.t) < limit;
                in_a_row = if is_short { in_a_row + 1 } else { 0 };
                most = most.max(in_a_row);
            }
        }
        most
    }

    fn run(&self) -> Run {
        let log = fs::read(self.0.path()).unwrap_or_default();
        Run::read(log.as_slice()).unwrap_or_default()
    }
}

/// How many of its waits have ended without success.
fn in_vain(kinds: &[Kind]) -> usize {
    kinds.iter().filter(|&&kind| kind == Kind::GiveUp).count()
}

/// How many of its waits have ended without success since it last did something else than wait. A wait that
/// follows so many of them comes after some time of polling.
fn in_vain_at_last(kinds: &[Kind]) -> usize {
    let is_of_waits = |kind: &&Kind| kind.is_wait() || **kind == Kind::GiveUp;
    let at_last = kinds.iter().rev().take_while(is_of_waits);
    at_last.filter(|&&kind| kind == Kind::GiveUp).count()
}

fn in_turns(name: &str) -> ! {
    let text = format!(
        "{name} checks again and again, without a wait or after a wait with a time limit. It should wait at \
         once, and without a limit, however long it takes."
    );
    Fault::new(text).raise()
}
