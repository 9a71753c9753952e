//! A worker is killed in the middle of a task: an error for this task, values for all others (B16).
//!
//! In Python the pool starts a new worker, and a caller that waits for the task waits forever. Here
//! the pool knows which task each worker has in its hand: that task ends with an error, a new
//! worker is started, and all other tasks are done.

use std::process::ExitCode;

use common::{pid, say};
use lesson::{Lesson, StoryResult};
use nix::sys::signal::{Signal, kill};
use nix::unistd::getpid;
use pool::Pool;

fn main() -> ExitCode {
    let about = "1.3 Pool: the worker of task 2 is killed, and the pool goes on (B16)";
    Lesson::new(env!("CARGO_PKG_NAME"), env!("CARGO_BIN_NAME"), about).run(story)
}

fn story() -> StoryResult {
    let pool = Pool::new(3, run_task)?;
    let mut tasks = Vec::new();
    for name in 0..5 {
        tasks.push(pool.apply_async(name)?);
    }
    for (name, task) in tasks.into_iter().enumerate() {
        match task.get() {
            Ok(square) => say!("Task {name} gave {square}."),
            Err(error) => say!("{error}"),
        }
    }
    pool.join()?;
    say!("All subprocess done.");
    Ok(())
}

fn run_task(name: u32) -> Result<u32, String> {
    if name == 2 {
        say!("Task {name} (pid={}) kills its own worker.", pid());
        kill(getpid(), Signal::SIGKILL).map_err(|error| error.to_string())?;
    }
    Ok(name * name)
}
