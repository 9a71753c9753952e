//! Mistake B45: `joinall` returns normally even when a task has failed; the errors are in its
//! results, which the program never reads. It prints "All is well" and ends with 0.
//!
//! Right: `src/main.rs`, which counts the failures; or `try_joinall`, which returns the first.

use std::process::ExitCode;

use common::say;
use coroutines::{joinall, run, spawn};
use lesson::{Lesson, StoryResult};

fn main() -> ExitCode {
    Lesson::new(
        env!("CARGO_PKG_NAME"),
        env!("CARGO_BIN_NAME"),
        "3 Mistake B45: results that are never looked at",
    )
    .run(story)
}

fn story() -> StoryResult {
    run(async {
        let tasks = [6, 0, 3].map(|people| spawn(format!("for {people}"), share(people)));
        let _unseen = joinall(tasks.into()).await;
    });
    say!("All is well.");
    Ok(())
}

/// Divides twelve by the number of people.
async fn share(people: u32) -> Result<u32, String> {
    let share = 12_u32
        .checked_div(people)
        .ok_or("no task to share with".to_owned())?;
    say!("Each of {people} gets {share}.");
    Ok(share)
}
