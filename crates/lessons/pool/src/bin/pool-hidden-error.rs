//! Mistake B11: the handles are thrown away, and with them the errors.
//!
//! Task 2 fails; the notes' program would go on to "All subprocess done." with exit code 0. Here
//! a handle that is not used is a warning of the compiler, and `join` of the pool reports
//! failures that were never looked at, so it takes two mistakes to hide an error. Right: `main.rs`.

use std::process::ExitCode;
use std::thread::sleep;
use std::time::Duration;

use common::{pid, say};
use lesson::{Lesson, Operands, StoryResult};
use pool::Pool;

fn main() -> ExitCode {
    let about = "1.3 Mistake B11: a pool that hides an error";
    let tasks = Operands {
        name: "TASK...",
        help: "the tasks; one with a ! at its end fails (0 1 2! 3 4)",
        most: 100,
    };
    Lesson::new(env!("CARGO_PKG_NAME"), env!("CARGO_BIN_NAME"), about).run_with(tasks, story)
}

fn story(tasks: Vec<String>) -> StoryResult {
    let tasks = match tasks.is_empty() {
        true => ["0", "1", "2!", "3", "4"].map(str::to_owned).to_vec(),
        false => tasks,
    };
    let pool = Pool::new(3, |task: String| run_task(&task))?;
    let done = run_all(pool, tasks);
    say!("All subprocess done.");
    done
}

/// Has the pool do all tasks, and joins it. An error, with the text of a task that has failed, when
/// one has; the others are done all the same.
fn run_all(pool: Pool<String, ()>, tasks: Vec<String>) -> StoryResult {
    for task in tasks {
        // The first mistake: the result of the task, or its error, is in the handle.
        let _thrown_away = pool.apply_async(task)?;
    }
    // The second: `join` reports the failures that were not looked at.
    let _ignored = pool.join();
    Ok(())
}

fn run_task(task: &str) -> Result<(), String> {
    if let Some(name) = task.strip_suffix('!') {
        say!("Task {name} (pid={}) fails.", pid());
        return Err(format!("task {name} cannot be done"));
    }
    sleep(Duration::from_millis(10));
    say!("Task {task} (pid={}) is done.", pid());
    Ok(())
}
