//! Mistake B11: the handles are thrown away, and with them the errors.
//!
//! Task 2 fails; the notes' program would print "All subprocess done." and end with exit code 0.
//! Here the compiler warns about a handle that is not used, and the pool's `join` reports failures
//! that were never read, so it takes two mistakes to hide an error. Right: `main.rs`.

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

/// Lets the pool do all tasks, and joins it. If a task fails, returns an error that has the text of
/// the task's error; the others are still done.
fn run_all(pool: Pool<String, ()>, tasks: Vec<String>) -> StoryResult {
    for task in tasks {
        // The first mistake: the result of the task, or its error, is in the handle.
        let _thrown_away = pool.apply_async(task)?;
    }
    // The second mistake: `join` reports the failures that were never read.
    let _ignored = pool.join();
    Ok(())
}

fn run_task(task: &str) -> Result<(), String> {
    if let Some(name) = task.strip_suffix('!') {
        say!("Task {name} (pid={}) fails.", pid());
        return Err(format!("task {name} cannot be done (pid={})", pid()));
    }
    sleep(Duration::from_millis(10));
    say!("Task {task} (pid={}) is done.", pid());
    Ok(())
}
