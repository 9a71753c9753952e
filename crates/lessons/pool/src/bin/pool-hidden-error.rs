//! Mistake B11: the handles are thrown away, and with them the errors.
//!
//! Task 2 fails; the notes' program would go on to "All subprocess done." with exit code 0. Here
//! a handle that is not used is a warning of the compiler, and `join` of the pool tells of
//! failures that were never looked at, so it takes two mistakes to hide an error. Right: `main.rs`.

use std::process::ExitCode;

use common::{pid, say};
use lesson::{Lesson, StoryResult};
use pool::Pool;

fn main() -> ExitCode {
    let about = "1.3 Mistake B11: a pool that hides an error";
    Lesson::new(env!("CARGO_PKG_NAME"), env!("CARGO_BIN_NAME"), about).run(story)
}

fn story() -> StoryResult {
    let pool = Pool::new(3, run_task)?;
    for name in 0..5 {
        // The first mistake: what comes of the task is in the handle.
        let _thrown_away = pool.apply_async(name)?;
    }
    // The second: `join` reports the failures that were not looked at.
    let _ignored = pool.join();
    say!("All subprocess done.");
    Ok(())
}

fn run_task(name: u32) -> Result<(), String> {
    if name == 2 {
        return Err("task 2 cannot be done".to_owned());
    }
    say!("Task {name} (pid={}) is done.", pid());
    Ok(())
}
