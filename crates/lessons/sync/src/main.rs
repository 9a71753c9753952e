//! 2.2: two threads count to 4 together, one at a time, under one RLock.

use std::cell::Cell;
use std::process::ExitCode;

use common::{say, thread_name};
use lesson::{Lesson, StoryResult}; // The command line of every lesson; a story: what a program does.
use sync::RLock;
use threads::scope;

fn main() -> ExitCode {
    // With `--explore`, the small programs in `explore/stories/` run instead, in every order of their threads.
    if let Some(code) = explore::launch(env!("CARGO_PKG_NAME"), env!("CARGO_MANIFEST_PATH")) {
        return code;
    }
    let about = "2.2 RLock: two threads count to 4, one at a time";
    Lesson::new(env!("CARGO_PKG_NAME"), env!("CARGO_BIN_NAME"), about).run(story)
}

fn story() -> StoryResult {
    // A Cell, because a guard of an RLock lends only `&T` (see `rlock.rs`).
    let lock = RLock::named("mylock", Cell::new(0));
    // Threads of a scope may borrow `lock`; the end of the scope joins both.
    scope(|scope| {
        scope.start("Thread_1", || count_to_4(&lock))?;
        scope.start("Thread_2", || count_to_4(&lock))?;
        Ok(())
    })
}

/// Counts to 4. It prints both of its lines while it holds the lock, so no line of the other thread
/// comes between them, and both show the number as it is at that moment.
fn count_to_4(lock: &RLock<Cell<u32>>) {
    loop {
        let number = lock.lock(); // A guard of the number: the lock is held until it is dropped.
        say!("{} locked,Number:{}", thread_name(), number.get());
        let done = number.get() >= 4;
        if !done {
            number.set(number.get() + 1);
        }
        say!("{} released,Number:{}", thread_name(), number.get());
        if done {
            return;
        }
    }
}
