//! Mistake B36: a thread takes a Lock twice, and so waits for itself. With `lock` instead of
//! `lock_timeout` it would wait forever.
//!
//! See: "locked", then nothing for 0.3 s, then "no". Right: an RLock, as in `rlock-reentrant`, or
//! an inner function that takes the guarded value as an argument and does not lock.

use std::process::ExitCode;
use std::time::Duration;

use common::{say, thread_name};
use lesson::{Lesson, StoryResult};
use sync::Lock;

fn main() -> ExitCode {
    Lesson::new(
        env!("CARGO_PKG_NAME"),
        env!("CARGO_BIN_NAME"),
        "2.2 Mistake B36: a thread that takes a Lock twice waits for itself",
    )
    .run(story)
}

fn story() -> StoryResult {
    let number = Lock::named("mylock", 0);
    let outer = number.lock();
    say!("{} locked,Number:{}", thread_name(), *outer);
    add_one(&number);
    Ok(())
}

fn add_one(number: &Lock<u32>) {
    let limit = Duration::from_millis(300);
    match number.lock_timeout(limit) {
        Some(mut inner) => *inner += 1,
        None => say!("{} locked again? No, not in {limit:?}", thread_name()),
    }
}
