//! What is explored: a story with a name, and its threads.

use std::panic::{AssertUnwindSafe, catch_unwind};

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
