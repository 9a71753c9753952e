//! Mistake B25, B37: `number += 1` means to read, to add and to write. Each step here takes the
//! lock, but the lock is free between them, and another thread comes in.
//!
//! See: 1 is added four times, and the number is 2. Usually this depends on luck; here it always
//! happens, because both threads meet between read and write. Right: `lock-counter`, where one
//! guard is held over all three steps.

use std::process::ExitCode;
use std::time::Duration;

use common::{say, thread_name};
use lesson::{Lesson, StoryResult};
use sync::{Barrier, BrokenBarrier, Lock};
use threads::scope;

/// How long a thread waits at most for the other, in case that one never comes.
const LIMIT: Duration = Duration::from_secs(20);

fn main() -> ExitCode {
    Lesson::new(
        env!("CARGO_PKG_NAME"),
        env!("CARGO_BIN_NAME"),
        "2.2 Mistake B25: the lock is free between read and write, and updates are lost",
    )
    .run(story)
}

fn story() -> StoryResult {
    let number = Lock::named("number", 0);
    let between = Barrier::new(2)?;
    scope(|scope| {
        let threads =
            ["Thread_1", "Thread_2"].map(|name| scope.start(name, || add_two(&number, &between)));
        for thread in threads {
            thread?.join().map_err(|_panic| "a thread panicked")??;
        }
        Ok::<(), Box<dyn std::error::Error>>(())
    })?;
    say!("Number:{} of 4", number.into_inner());
    Ok(())
}

fn add_two(number: &Lock<u32>, between: &Barrier) -> Result<(), BrokenBarrier> {
    for _ in 0..2 {
        let seen = *number.lock();
        say!("{} read {seen}", thread_name());
        between.wait_timeout(LIMIT)?;
        *number.lock() = seen + 1;
        say!("{} wrote {}", thread_name(), seen + 1);
        between.wait_timeout(LIMIT)?;
    }
    Ok(())
}
