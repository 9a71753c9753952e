//! 1.3 with the pool in one file, `src/tiny.rs`: processes and two queues.
//!
//! Try: kill one worker while it sleeps (`kill -9` and its process id). The others do the other tasks,
//! and then the program waits forever for the lost one. In `pool-worker-killed` it ends with an error.

use std::process::ExitCode;
use std::time::Duration;

use common::{pause, pid, say};
use lesson::{Lesson, StoryResult};
use pool::tiny::Pool;

fn main() -> ExitCode {
    let about = "1.3 Pool as processes and two queues, in one file";
    Lesson::new(env!("CARGO_PKG_NAME"), env!("CARGO_BIN_NAME"), about).run(story)
}

fn story() -> StoryResult {
    say!("Current Process {}.", pid());
    let pool = Pool::new(3, run_task)?;
    say!("Waiting for all subprocesses done...");
    let squares = pool.map(0..5)?;
    pool.join()?;
    say!("All subprocess done: {squares:?}");
    Ok(())
}

fn run_task(name: u32) -> u32 {
    say!("Task {name} (pid={}) is Running...", pid());
    pause(Duration::from_secs(3));
    say!("Task {name} end.");
    name * name
}
