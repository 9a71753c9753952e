//! Runs a story in one schedule after the other, until one of them fails.

use std::cell::{Cell, RefCell};
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::Once;

use common::panic_text;
use shuttle::scheduler::{PctScheduler, RandomScheduler, Schedule, Scheduler, Task, TaskId};
use shuttle::{Config, FailurePersistence, MaxSteps, Runner};

use super::bounded::Bounded;
use super::log::{self, Step};
use super::path::Path;
use super::replay::Replay;

/// What is run: it makes its threads and locks anew each time, and panics when it is not content.
pub type Body = fn();

/// What was found wrong, and how to see it again.
#[derive(Debug, Clone)]
pub struct Fault {
    /// What the story said when it failed.
    pub what: String,
    /// What its threads had done until then.
    pub steps: Vec<Step>,
    /// The schedule, for [`replay`].
    pub path: Path,
}

/// What [`explore`] did.
#[derive(Debug)]
pub struct Explored {
    /// How many schedules were run.
    pub schedules: usize,
    /// How far that goes.
    pub reach: Reach,
    /// A fault with as few preemptions as there can be, and as few steps as were seen.
    pub fault: Option<Fault>,
}

/// Which part of all schedules was run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// All there are.
    All,
    /// Those with at most so many preemptions.
    Preemptions(usize),
    /// Some of those with at most so many preemptions, and all with one less.
    SomePreemptions(usize),
}

/// Explores schedules by the number of their preemptions, as in [`Bounded`], until all are done,
/// or one fails, or `most` were run.
pub fn explore(body: Body, most: usize) -> Explored {
    let mut schedules = 0;
    for preemptions in 0.. {
        let bounded = Rc::new(RefCell::new(Bounded::new(preemptions, most - schedules)));
        let fault = shortest(&bounded, body);
        let bounded = bounded.borrow();
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

/// Runs `count` schedules, each turn of which is drawn by lot; `seed` gives the same ones again.
///
/// # Errors
/// The first [`Fault`].
pub fn random(body: Body, seed: u64, count: usize) -> Result<(), Fault> {
    attempt(RandomScheduler::new_from_seed(seed, count), body)
}

/// Runs `count` schedules in which threads have drawn priorities that change at so many places;
/// `seed` gives the same ones again. It finds rare faults sooner than [`random`].
///
/// Source: Burckhardt and others, "A Randomized Scheduler with Probabilistic Guarantees of
/// Finding Bugs", ASPLOS 2010.
///
/// # Errors
/// The first [`Fault`].
pub fn pct(body: Body, seed: u64, changes: usize, count: usize) -> Result<(), Fault> {
    attempt(PctScheduler::new_from_seed(seed, changes, count), body)
}

/// Runs one schedule, as it was printed.
///
/// # Errors
/// Its [`Fault`], if it has one.
pub fn replay(body: Body, path: Path) -> Result<(), Fault> {
    attempt(Replay::new(path), body)
}

/// The shortest of the first faults within the bound, as its end may be far away.
fn shortest(bounded: &Rc<RefCell<Bounded>>, body: Body) -> Option<Fault> {
    const FAULTS: usize = 100;
    let next = || attempt(Shared(Rc::clone(bounded)), body).err();
    let faults = std::iter::from_fn(next).take(FAULTS);
    faults.min_by_key(|fault| fault.steps.len())
}

/// Runs what `scheduler` says, up to the first fault.
fn attempt(scheduler: impl Scheduler + 'static, body: Body) -> Result<(), Fault> {
    let runner = Runner::new(Logged(scheduler), config());
    let ran = quietly(|| catch_unwind(AssertUnwindSafe(|| runner.run(body))));
    let run = log::take();
    match ran {
        Ok(_count) => Ok(()),
        Err(panic) => Err(Fault {
            what: said(&panic_text(&*panic)),
            steps: run.steps,
            path: run.path,
        }),
    }
}

/// shuttle's word for a deadlock lists tasks and not what they wait for; the steps do.
fn said(panic: &str) -> String {
    if panic.starts_with("deadlock!") {
        return "nobody can go on: a deadlock".to_owned();
    }
    panic.to_owned()
}

fn config() -> Config {
    let mut config = Config::new();
    config.failure_persistence = FailurePersistence::None;
    config.max_steps = MaxSteps::FailAfter(100_000);
    // Of the warnings there is one, on the order of atomics: the README says it.
    config.silence_warnings = true;
    config
}

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// A panic of a story is what we look for; it is not to be printed, as others are.
fn quietly<R>(run: impl FnOnce() -> R) -> R {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = panic::take_hook();
        // shuttle sets a hook of its own, once, which prints: let it, and put ours in its place.
        Runner::new(Replay::new(Path::default()), config()).run(|| ());
        panic::set_hook(Box::new(move |info| {
            if QUIET.get() {
                log::failed();
            } else {
                before(info);
            }
        }));
    });
    QUIET.set(true);
    let result = run();
    QUIET.set(false);
    result
}

/// Writes down whose turn it is.
#[derive(Debug)]
struct Logged<S>(S);

impl<S: Scheduler> Scheduler for Logged<S> {
    fn new_execution(&mut self) -> Option<Schedule> {
        let _last_run = log::take();
        self.0.new_execution()
    }

    fn next_task(
        &mut self,
        can_go: &[&Task],
        last: Option<TaskId>,
        yields: bool,
    ) -> Option<TaskId> {
        let next = self.0.next_task(can_go, last, yields);
        next.into_iter().for_each(|task| log::turn(task.into()));
        next
    }

    fn next_u64(&mut self) -> u64 {
        self.0.next_u64()
    }
}

/// A runner keeps its scheduler; this one is looked at afterwards.
#[derive(Debug)]
struct Shared(Rc<RefCell<Bounded>>);

impl Scheduler for Shared {
    fn new_execution(&mut self) -> Option<Schedule> {
        self.0.borrow_mut().new_execution()
    }

    fn next_task(
        &mut self,
        can_go: &[&Task],
        last: Option<TaskId>,
        yields: bool,
    ) -> Option<TaskId> {
        self.0.borrow_mut().next_task(can_go, last, yields)
    }

    fn next_u64(&mut self) -> u64 {
        0
    }
}
