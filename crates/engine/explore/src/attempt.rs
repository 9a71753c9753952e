//! One run after the other, as a scheduler says, until one of them fails.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::sync::Once;

use common::panic_text;
use shuttle::scheduler::{Schedule, Scheduler, Task, TaskId};
use shuttle::{Config, FailurePersistence, MaxSteps, Runner};

use crate::log::{self, Step};
use crate::path::Path;
use crate::replay::Replay;

/// What is run: it makes its threads and locks anew each time, and panics when something is wrong.
pub type Body = fn();

/// What was found wrong, and how to see it again.
#[derive(Debug, Clone)]
pub struct Fault {
    /// What the story said when it failed.
    pub what: String,
    /// What its threads had done until then.
    pub steps: Vec<Step>,
    /// The schedule, for [`replay`](crate::replay()).
    pub path: Path,
}

/// Runs what `scheduler` says, up to the first fault.
pub(crate) fn attempt(scheduler: impl Scheduler + 'static, body: Body) -> Result<(), Fault> {
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
        common::observe(log::observe);
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
