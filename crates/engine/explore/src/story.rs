//! What is explored: a story with a name, and its threads.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use crate::attempt::Body;
use crate::log;

/// A story that can be explored.
#[derive(Debug, Clone, Copy)]
pub struct Story {
    /// What it is called on the command line; its file is called the same.
    pub name: &'static str,
    /// What it is about.
    pub about: &'static str,
    /// The story.
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
/// In an explored run no time passes, so a wait with a limit that is made again and again looks as one
/// without: here it is a panic.
pub fn for_good<R>(wait: impl FnOnce() -> R) -> R {
    FOR_GOOD.with(|for_good| for_good.set(true));
    let result = wait();
    FOR_GOOD.with(|for_good| for_good.set(false));
    result
}

/// No thread waits for so long.
const NEVER: Duration = Duration::from_secs(24 * 3600);

/// The calling thread is about to wait with this limit of time.
pub(crate) fn waits_up_to(limit: Duration) {
    let is_wrong = FOR_GOOD.with(Cell::get) && limit < NEVER;
    assert!(
        !is_wrong,
        "a thread waits with a limit of time, where it has to wait for as long as it takes"
    );
}

/// Whether the function panics. The story goes on either way.
pub fn panics(function: impl FnOnce()) -> bool {
    let panics = catch_unwind(AssertUnwindSafe(function)).is_err();
    if panics {
        log::goes_on();
    }
    panics
}

/// Tells a step of the calling thread: it stands in its lane.
#[macro_export]
macro_rules! tell {
    ($($part:tt)*) => { $crate::tell_step(::std::format_args!($($part)*)) };
}
