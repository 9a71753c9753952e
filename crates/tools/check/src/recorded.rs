//! How a process of a check waits that calls a student's function: by what the lessons' types record
//! below it.

use std::fs;
use std::thread::sleep;
use std::time::Duration;

use common::{Kind, Settings};
use timeline::{Lane, Run};

use crate::fault::{Fault, Verdict};
use crate::running::Log;

/// How often is looked until a process has to wait, every two milliseconds: it has nothing else to do.
/// Not a time, since on a busy machine both take longer.
const LOOKS: u32 = 500;

/// How often it may wait in vain before, with a limit: a lock is tried first, where that is cheaper.
const MOST_IN_VAIN: usize = 3;

/// How long the log may become until then. A wait is a few events; without a bound, what asks all the
/// time fills the file until the system ends all that write to it, the check included.
const MOST_BYTES: u64 = 1 << 20;

/// The log of the process of a check, and of those that it forks.
pub struct Recorded(Log);

impl Recorded {
    /// Records from now on. To be called before anything else is made.
    ///
    /// # Panics
    /// With a [`Fault`] of the grader, when there can be no log.
    #[must_use]
    pub fn begin() -> Self {
        let log = Log::new();
        let settings = Settings {
            pace: 0.0,
            seed: Some(1),
            chaos: None,
            record: Some(log.path().to_owned()),
        };
        match common::begin("check", &settings) {
            Ok(()) => Self(log),
            Err(error) => Fault::of(Verdict::GraderError, error).raise(),
        }
    }

    /// Returns when the process of this name waits for as long as it takes. What asks now and then,
    /// with pauses of whatever length, never does.
    ///
    /// # Panics
    /// With a [`Fault`], when it waits with a limit of time, or not at all.
    pub fn expect_waits(&self, name: &str) {
        let mut last = None;
        for _ in 0..LOOKS {
            if fs::metadata(self.0.path()).is_ok_and(|log| log.len() > MOST_BYTES) {
                let said = format!(
                    "{name} has nothing to do, and asks all the time whether there is something: it \
                     has to wait."
                );
                Fault::new(said).raise();
            }
            let run = self.run();
            let mut lanes = run.lanes.iter().filter(|lane| lane.name == name);
            let kinds = |lane: &Lane| -> Vec<Kind> {
                let events = lane.events.iter();
                events.map(|&event| run.events[event].kind).collect()
            };
            let kinds = lanes.next_back().map(kinds).unwrap_or_default();
            last = kinds.last().copied();
            if last == Some(Kind::Wait) {
                return;
            }
            let given_up = kinds.iter().filter(|&&kind| kind == Kind::GiveUp).count();
            if given_up > MOST_IN_VAIN {
                with_limit(name);
            }
            sleep(Duration::from_millis(2));
        }
        if last == Some(Kind::WaitLimit) {
            with_limit(name);
        }
        let said = format!(
            "{name} has nothing to do, and does not wait until there is something: it asks now and \
             then, or has ended."
        );
        Fault::new(said).raise()
    }

    /// Whether the last that the log knows of a thread is that it waits, with a limit or without.
    pub(crate) fn is_waiting(&self, thread: (i32, i32)) -> bool {
        let thread = (thread.0.cast_unsigned(), thread.1.cast_unsigned());
        let run = self.run();
        let lanes = run.lanes.iter();
        let its = lanes.filter(|lane| (lane.pid, lane.tid) == thread);
        let last = its.filter_map(|lane| lane.events.last()).max();
        last.is_some_and(|&last| run.events[last].kind.is_wait())
    }

    /// How long the shortest wait was that was given up, by any thread of this process; `None` when none
    /// was.
    #[must_use]
    pub fn shortest_wait(&self) -> Option<Duration> {
        let run = self.run();
        let its = run.lanes.iter().filter(|lane| lane.pid == common::pid());
        let mut shortest = None;
        for lane in its {
            let events: Vec<_> = lane
                .events
                .iter()
                .map(|&event| &run.events[event])
                .collect();
            for pair in events.windows(2) {
                if pair[0].kind == Kind::WaitLimit && pair[1].kind == Kind::GiveUp {
                    let took = Duration::from_nanos(pair[1].t - pair[0].t);
                    shortest = Some(shortest.map_or(took, |shortest: Duration| shortest.min(took)));
                }
            }
        }
        shortest
    }

    fn run(&self) -> Run {
        let log = fs::read(self.0.path()).unwrap_or_default();
        Run::read(log.as_slice()).unwrap_or_default()
    }
}

fn with_limit(name: &str) -> ! {
    let said = format!(
        "{name} waits with a limit of time, and then asks again. How long can it take? It has to wait for as \
         long as it takes."
    );
    Fault::new(said).raise()
}
