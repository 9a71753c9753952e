//! A story with a name, and its threads.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use shuttle::current::reset_step_count;
use shuttle::thread::LocalKey;

use crate::attempt::Body;
use crate::log;

/// A story that can be explored.
#[derive(Debug, Clone, Copy)]
pub struct Story {
    /// Its name on the command line, which is also the name of its file.
    pub name: &'static str,
    /// A line that describes it.
    pub about: &'static str,
    /// The function that is explored.
    pub body: Body,
}

/// Runs each function in a thread of its own, `Thread_1` and so on, until all have ended.
pub fn together(threads: &[&(dyn Fn() + Sync)]) {
    shuttle::thread::scope(|scope| {
        for thread in threads {
            scope.spawn(*thread);
        }
    });
}

/// Begins to count the turns of this run anew. A run in which they are too many is ended, because a
/// thread asks again and again; so a long story calls this, a limited number of times, when it gets on.
pub fn makes_progress() {
    reset_step_count();
}

shuttle::thread_local! {
    /// Whether this thread is in a wait that has no limit.
    static FOR_GOOD: Cell<bool> = const { Cell::new(false) };
    /// Whether this thread is in a call that must not sleep.
    static IS_AWAKE: Cell<bool> = const { Cell::new(false) };
}

/// Calls a function that never waits, or that is to be woken when it waits: in both cases a sleep,
/// which only the clock ends, is a fault.
pub fn without_sleep<R>(call: impl FnOnce() -> R) -> R {
    within(&IS_AWAKE, call)
}

/// Calls a function with the flag set.
fn within<R>(flag: &'static LocalKey<Cell<bool>>, call: impl FnOnce() -> R) -> R {
    let before = flag.with(|flag| flag.replace(true));
    let result = call();
    flag.with(|flag| flag.set(before));
    result
}

/// Checks that the calling thread may sleep.
pub(crate) fn sleeps() {
    if IS_AWAKE.with(Cell::get) {
        log::forbid("a thread sleeps, and nothing can wake it before the clock does");
    }
}

/// Calls a function that has to wait for as long as it takes.
///
/// In an explored run no time passes, so a wait with a limit that is repeated, or that gives up,
/// looks like one without a limit: inside this function a limit of less than ten years is a fault, and
/// so is a sleep.
pub fn for_good<R>(wait: impl FnOnce() -> R) -> R {
    without_sleep(|| within(&FOR_GOOD, wait))
}

/// No program runs for so long: ten years.
const NEVER: Duration = FIVE_YEARS.saturating_mul(2);

/// For a story in which time jumps: long for a program, and short for a wait that counts as one without
/// a limit.
pub const FIVE_YEARS: Duration = Duration::from_secs(5 * 365 * 24 * 3600);

/// Checks that the calling thread may wait with this time limit.
pub(crate) fn waits_up_to(limit: Duration) {
    if FOR_GOOD.with(Cell::get) && limit < NEVER {
        log::forbid("a thread waits with a time limit, but this wait must have none");
    }
}

/// Whether the function panics. The story goes on in both cases.
pub fn panics(function: impl FnOnce()) -> bool {
    let panics = catch_unwind(AssertUnwindSafe(function)).is_err();
    if panics {
        log::goes_on();
    }
    panics
}

/// Adds a step to the lane of the calling thread.
#[macro_export]
macro_rules! tell {
    ($($part:tt)*) => { $crate::tell_step(::std::format_args!($($part)*)) };
}
