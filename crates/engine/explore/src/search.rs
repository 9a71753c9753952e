//! Decides which schedules of a story are run, and in what order.

use std::iter;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use shuttle::scheduler::{PctScheduler, RandomScheduler, Schedule, Scheduler, Task, TaskId};

use crate::attempt::{Body, attempt};
use crate::bounded::Bounded;
use crate::fault::{Fault, Wrong};
use crate::lanes::{lanes, waits};
use crate::path::Path;
use crate::replay::Replay;

/// The result of [`explore`].
#[derive(Debug)]
pub struct Explored {
    /// How many schedules were run.
    pub schedules: usize,
    /// The part of all schedules that this is.
    pub reach: Reach,
    /// A fault with as few preemptions as possible, and as few steps as were seen.
    pub fault: Option<Fault>,
}

/// The part of all schedules that was run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// All schedules.
    All,
    /// All schedules with at most n preemptions.
    Preemptions(usize),
    /// Some of the schedules with at most n preemptions, and all with at most n - 1.
    SomePreemptions(usize),
}

/// Explores schedules by the number of their preemptions (turns taken from a thread that could go
/// on), until all are done, or one fails, or `most` were run.
pub fn explore(body: Body, most: usize) -> Explored {
    let mut schedules = 0;
    for preemptions in 0.. {
        let bounded = Shared::new(Bounded::new(preemptions, most - schedules));
        let fault = shortest(&bounded, body);
        let bounded = bounded.locked();
        schedules += bounded.schedules();
        let reach = match (bounded.is_done(), bounded.left_out()) {
            (true, false) => Reach::All,
            (true, true) => Reach::Preemptions(preemptions),
            (false, _) => Reach::SomePreemptions(preemptions),
        };
        let go_on = fault.is_none() && schedules < most && reach != Reach::All;
        if !go_on {
            return Explored {
                schedules,
                reach,
                fault,
            };
        }
    }
    unreachable!("a program that ends has a last number of preemptions")
}

/// For tests: no schedule may fail, of 100,000 in order (fewest preemptions first) and 40,000 at
/// random. Returns the part of all schedules that was run in order.
///
/// # Panics
/// When a schedule fails, with the fault and its steps in lanes.
#[track_caller]
pub fn never_fails(body: Body) -> Reach {
    const IN_ORDER: usize = 100_000;
    const AT_RANDOM: usize = 10_000;
    let explored = explore(body, IN_ORDER);
    let fault = explored.fault;
    let fault = fault.or_else(|| random(body, 1, AT_RANDOM).err());
    let mut changes = [1, 2, 3].into_iter();
    let fault = fault.or_else(|| changes.find_map(|n| pct(body, 1, n, AT_RANDOM).err()));
    if let Some(Fault {
        what, steps, path, ..
    }) = fault
    {
        panic!("{what}\n{}\n{path}", lanes(&steps).join("\n"));
    }
    explored.reach
}

/// Runs `count` schedules, with each turn drawn at random; the same `seed` repeats the same schedules.
///
/// # Errors
/// The first [`Fault`].
pub fn random(body: Body, seed: u64, count: usize) -> Result<(), Fault> {
    attempt(RandomScheduler::new_from_seed(seed, count), body)
}

/// Runs `count` schedules in which threads have random priorities that change at `changes` places;
/// the same `seed` repeats the same schedules. It finds rare faults sooner than [`random`].
///
/// Source: Burckhardt and others, "A Randomized Scheduler with Probabilistic Guarantees of
/// Finding Bugs", ASPLOS 2010.
///
/// # Errors
/// The first [`Fault`].
pub fn pct(body: Body, seed: u64, changes: usize, count: usize) -> Result<(), Fault> {
    attempt(PctScheduler::new_from_seed(seed, changes, count), body)
}

/// Runs one schedule, given as it was printed.
///
/// # Errors
/// Its [`Fault`], if it has one.
pub fn replay(body: Body, path: Path) -> Result<(), Fault> {
    attempt(Replay::new(path), body)
}

/// The shortest of the first faults within the bound, since the whole search may take long. All are
/// like the first one: a later fault may come from what a failed run has left in a `static`.
fn shortest(bounded: &Shared, body: Body) -> Option<Fault> {
    const FAULTS: usize = 100;
    let mut faults: Vec<Fault> = Vec::new();
    while faults.len() < FAULTS
        && let Err(fault) = attempt(bounded.clone(), body)
    {
        // A thread is still in its loop, and would be in the next run.
        let is_last = fault.wrong == Wrong::NoTurn;
        faults.push(fault);
        if is_last {
            break;
        }
    }
    let mut faults = faults.into_iter();
    let first = faults.next()?;
    let (what, waiting) = (first.what.clone(), waits(&first.steps));
    // Every deadlock has the same text, whoever waits. If the log does not show who, another one may be of
    // another kind.
    let waits_alike = |fault: &Fault| !waiting.is_empty() && waits(&fault.steps) == waiting;
    let is_deadlock = first.wrong == Wrong::Deadlock;
    let alike = |fault: &Fault| fault.what == what && (!is_deadlock || waits_alike(fault));
    let all = iter::once(first).chain(faults.filter(alike));
    all.min_by_key(|fault| fault.steps.len())
}

/// A runner keeps its scheduler; this handle gives access to it afterwards.
#[derive(Debug, Clone)]
struct Shared(Arc<Mutex<Bounded>>);

impl Shared {
    fn new(bounded: Bounded) -> Self {
        Self(Arc::new(Mutex::new(bounded)))
    }

    fn locked(&self) -> MutexGuard<'_, Bounded> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Scheduler for Shared {
    fn new_execution(&mut self) -> Option<Schedule> {
        self.locked().new_execution()
    }

    fn next_task(
        &mut self,
        can_go: &[&Task],
        last: Option<TaskId>,
        yields: bool,
    ) -> Option<TaskId> {
        self.locked().next_task(can_go, last, yields)
    }

    fn next_u64(&mut self) -> u64 {
        0
    }
}
