//! Mistake B15: a pool that goes out of scope kills its workers.
//!
//! In Python the end of `with Pool(2) as p:` is `terminate`, and so is drop here: four tasks of
//! 200 ms are submitted, and none of them is done. Right: `main.rs`, which calls `join`.

use std::process::ExitCode;
use std::thread::sleep;
use std::time::Duration;

use common::{pid, say};
use lesson::{Lesson, StoryResult};
use pool::Pool;

fn main() -> ExitCode {
    let about = "1.3 Mistake B15: four tasks, and the pool is dropped before they are done";
    Lesson::new(env!("CARGO_PKG_NAME"), env!("CARGO_BIN_NAME"), about).run(story)
}

fn story() -> StoryResult {
    let mut tasks = Vec::new();
    {
        let pool = Pool::new(2, run_task)?;
        for name in 0..4 {
            tasks.push(pool.apply_async(name)?);
        }
        // The mistake: no join.
    }
    for task in tasks {
        if let Err(error) = task.get() {
            say!("{error}");
        }
    }
    Ok(())
}

fn run_task(name: u32) {
    sleep(Duration::from_millis(200));
    say!("Task {name} (pid={}) is done.", pid());
}
