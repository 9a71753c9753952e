//! Ten threads add to a counter that belongs to the main thread. They may borrow it, because the
//! scope ends only after they have.

use std::process::ExitCode;
use std::sync::atomic::{AtomicU32, Ordering};

use common::{say, thread_name};
use lesson::{Lesson, StoryResult};
use threads::{StartError, scope};

fn main() -> ExitCode {
    Lesson::new(
        env!("CARGO_PKG_NAME"),
        env!("CARGO_BIN_NAME"),
        "2.1 Scoped threads: they borrow, and the end of the scope joins them all",
    )
    .run(story)
}

fn story() -> StoryResult {
    let counter = AtomicU32::new(0);
    scope(|scope| {
        for number in 1..=10 {
            scope.start(format!("Thread_{number}"), || add_one(&counter))?;
        }
        Ok::<(), StartError>(())
    })?;
    say!("{} counts {}.", thread_name(), counter.into_inner());
    Ok(())
}

fn add_one(counter: &AtomicU32) {
    // Relaxed: the threads share only the number itself, and the end of the scope joins them all.
    counter.fetch_add(1, Ordering::Relaxed);
    say!("{} added 1.", thread_name());
}
