//! What the notes' program does not show (B37): many threads that want one lock all the time,
//! and a number that comes out right.

use std::process::ExitCode;

use common::{say, thread_name};
use sync::Lock;
use threads::{StartError, scope};
use timeline::{Lesson, StoryResult};

fn main() -> ExitCode {
    Lesson::new(
        env!("CARGO_PKG_NAME"),
        env!("CARGO_BIN_NAME"),
        "2.2 Lock: four threads add 1 to one number, 250 times each",
    )
    .run(story)
}

fn story() -> StoryResult {
    let number = Lock::named("number", 0);
    scope(|scope| {
        for thread in 1..=4 {
            scope.start(format!("Thread_{thread}"), || add_250(&number))?;
        }
        Ok::<(), StartError>(())
    })?;
    say!("Number:{} of 1000", number.into_inner());
    Ok(())
}

fn add_250(number: &Lock<u32>) {
    for _ in 0..250 {
        *number.lock() += 1;
    }
    say!("{} added 250", thread_name());
}
