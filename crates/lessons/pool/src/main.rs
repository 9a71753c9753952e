//! 1.3 of the notes: three worker processes, five tasks.

use std::process::ExitCode;
use std::time::Duration;

use common::{pause, pid, say};
use lesson::{Lesson, StoryResult}; // The command line of every lesson; a story: what a program does.
use pool::Pool;

fn main() -> ExitCode {
    let about = "1.3 Pool: three worker processes, five tasks";
    Lesson::new(env!("CARGO_PKG_NAME"), env!("CARGO_BIN_NAME"), about).run(story)
}

fn story() -> StoryResult {
    say!("Current Process {}.", pid());
    let pool = Pool::new(3, run_task)?;
    let mut tasks = Vec::new();
    for name in 0..5 {
        tasks.push(pool.apply_async(name)?);
    }
    say!("Waiting for all subprocesses done...");
    // Each handle has the result of its task, or its error.
    for task in tasks {
        task.get()?;
    }
    pool.join()?;
    say!("All subprocess done.");
    Ok(())
}

fn run_task(name: u32) {
    say!("Task {name} (pid={}) is Running...", pid());
    pause(Duration::from_secs(3)); // A random time of up to 3 s.
    say!("Task {name} end.");
}
