//! A story with a name, and its threads.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

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

shuttle::thread_local! {
    /// Whether this thread is in a wait that has no limit.
    static FOR_GOOD: Cell<bool> = const { Cell::new(false) };
}

/// Calls a function that has to wait for as long as it takes.
///
/// In an explored run no time passes, so a wait with a limit that is repeated, or that gives up,
/// looks like one without a limit: inside this function a limit of less than ten years is a panic.
pub fn for_good<R>(wait: impl FnOnce() -> R) -> R {
    FOR_GOOD.with(|for_good| for_good.set(true));
    let result = wait();
    FOR_GOOD.with(|for_good| for_good.set(false));
    result
}

/// No program runs for so long: ten years.
const NEVER: Duration = Duration::from_secs(10 * 365 * 24 * 3600);

/// Checks that the calling thread may wait with this time limit.
pub(crate) fn waits_up_to(limit: Duration) {
    let is_wrong = FOR_GOOD.with(Cell::get) && limit < NEVER;
    assert!(
        !is_wrong,
        "a thread waits with a time limit, but this wait must have none"
    );
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
