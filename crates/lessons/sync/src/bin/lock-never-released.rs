//! Mistake B35: acquire and release by hand, and an error between the two. The thread is gone, the
//! lock stays held, and no thread is left that could release it.
//!
//! See: Thread_2 waits in vain. Right: a guard, as in `src/main.rs`, which releases the lock
//! however the function ends.

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use common::{say, thread_name};
use lesson::{Lesson, StoryResult};
use sync::RawRLock;
use threads::scope;

fn main() -> ExitCode {
    Lesson::new(
        env!("CARGO_PKG_NAME"),
        env!("CARGO_BIN_NAME"),
        "2.2 Mistake B35: an error between acquire and release leaves the lock held",
    )
    .run(story)
}

fn story() -> StoryResult {
    let lock = RawRLock::named("mylock");
    scope(|scope| {
        let first = scope.start("Thread_1", || read_number(&lock, "four"))?;
        if let Ok(Err(error)) = first.join() {
            say!("Thread_1 failed: {error}");
        }
        scope.start("Thread_2", || wait_for(&lock))?;
        Ok(())
    })
}

fn read_number(lock: &RawRLock, word: &str) -> Result<(), Box<dyn Error + Send + Sync>> {
    lock.acquire();
    say!("{} locked", thread_name());
    let number: u32 = word.parse()?; // Leaves here.
    say!("{} released,Number:{number}", thread_name());
    lock.release()?;
    Ok(())
}

fn wait_for(lock: &RawRLock) {
    let limit = Duration::from_millis(300);
    if lock.acquire_timeout(limit) {
        say!("{} locked", thread_name());
    } else {
        say!("{} waited {limit:?}: still locked", thread_name());
    }
}
