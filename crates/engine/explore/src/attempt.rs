//! Runs one schedule after the other, as a scheduler decides, until one of them fails.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::sync::Once;

use common::panic_text;
use shuttle::scheduler::{Schedule, Scheduler, Task, TaskId};
use shuttle::{Config, FailurePersistence, MaxSteps, Runner};

use crate::busy::while_turns_go_on;
use crate::fault::{Fault, Wrong};
use crate::log;
use crate::path::Path;
use crate::replay::Replay;
use crate::time;

/// The function that is run: it makes its threads and locks anew each time, and panics on a fault.
pub type Body = fn();

/// Runs the schedules of `scheduler`, up to the first fault.
pub(crate) fn attempt(scheduler: impl Scheduler + Send + 'static, body: Body) -> Result<(), Fault> {
    while_turns_go_on(move || attempt_here(scheduler, body))
}

fn attempt_here(scheduler: impl Scheduler + 'static, body: Body) -> Result<(), Fault> {
    let runner = Runner::new(Logged(scheduler), config());
    let story = move || {
        body();
        log::expect_nothing_forbidden();
    };
    let ran = quietly(|| catch_unwind(AssertUnwindSafe(|| runner.run(story))));
    let run = log::take();
    match ran {
        Ok(_count) => Ok(()),
        Err(panic) => {
            let (wrong, what) = match run.forbidden {
                Some(what) => (Wrong::Panic, what),
                None => read_panic(panic_text(&*panic)),
            };
            let (steps, path) = (run.steps, run.path);
            Err(Fault {
                wrong,
                what,
                steps,
                path,
            })
        }
    }
}

/// shuttle's text for a deadlock lists tasks but not what they wait for; the steps show that.
fn read_panic(panic: String) -> (Wrong, String) {
    if panic.starts_with("deadlock!") {
        return (
            Wrong::Deadlock,
            "no thread can go on: a deadlock".to_owned(),
        );
    }
    if panic.starts_with("exceeded max_steps") {
        let what = format!("no end after {MOST_TURNS} turns: a thread asks instead of waiting");
        return (Wrong::NoEnd, what);
    }
    (Wrong::Panic, panic)
}

/// No story here has more than some hundred turns, or it [makes progress](crate::makes_progress)
/// meanwhile. A thread that asks again and again takes any number of them, if no other thread has a
/// turn meanwhile.
const MOST_TURNS: usize = 2_000;

/// The room for the calls of each thread. A body may call itself again for each of some hundred wake-ups, and is
/// not optimized. Only what is used of it takes memory.
const STACK_BYTES: usize = 1 << 20;

fn config() -> Config {
    let mut config = Config::new();
    config.stack_size = STACK_BYTES;
    config.failure_persistence = FailurePersistence::None;
    config.max_steps = MaxSteps::FailAfter(MOST_TURNS);
    // There is one warning, that every atomic is taken as `SeqCst`. The README of `sync` has it.
    config.silence_warnings = true;
    config
}

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Runs the search without printing the panics of stories: they are the faults that we look for.
fn quietly<R>(run: impl FnOnce() -> R) -> R {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        common::observe(log::observe);
        let before = panic::take_hook();
        // shuttle sets a hook of its own, once, which prints: let it do so, and replace it by ours.
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

/// Records which thread has each turn.
#[derive(Debug)]
struct Logged<S>(S);

impl<S: Scheduler> Scheduler for Logged<S> {
    fn new_execution(&mut self) -> Option<Schedule> {
        let _last_run = log::take();
        time::begin();
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
