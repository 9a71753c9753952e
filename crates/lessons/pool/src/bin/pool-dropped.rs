//! Mistake B15: a pool that goes out of scope kills its workers.
//!
//! In Python the end of `with Pool(2) as p:` calls `terminate`, and drop does so here: four tasks
//! of 200 ms are submitted, and none of them is done. Right: `main.rs`, which calls `join`.

use std::error::Error;
use std::process::ExitCode;
use std::thread::sleep;
use std::time::Duration;

use common::{pid, say};
use lesson::{Lesson, Operands, StoryResult, number};
use pool::{Pool, TaskError};

/// The result of a task: the id of the process that has done it, or an error if its worker has died.
type Done = Result<u32, TaskError>;

fn main() -> ExitCode {
    let about = "1.3 Mistake B15: four tasks, and the pool is dropped before they are done";
    let words = Operands {
        name: "MILLIS TASK...",
        help: "how long a task takes, and the tasks (200 0 1 2 3)",
        most: 101,
    };
    Lesson::new(env!("CARGO_PKG_NAME"), env!("CARGO_BIN_NAME"), about).run_with(words, story)
}

fn story(words: Vec<String>) -> StoryResult {
    let millis = number(words.first(), 200, 60_000)?;
    let mut tasks: Vec<String> = words.into_iter().skip(1).collect();
    if tasks.is_empty() {
        tasks = ["0", "1", "2", "3"].map(str::to_owned).to_vec();
    }
    let results = run_all(Duration::from_millis(millis), tasks)?;
    for done in &results {
        match done {
            Ok(pid) => say!("Done by process {pid}."),
            Err(error) => say!("{error}"),
        }
    }
    say!("Results: {}.", results.len());
    Ok(())
}

/// Lets two workers do all tasks, each of which takes the time `takes`; returns the result of each,
/// in their order, when the workers have ended by themselves.
fn run_all(takes: Duration, tasks: Vec<String>) -> Result<Vec<Done>, Box<dyn Error>> {
    let mut handles = Vec::new();
    {
        let pool = Pool::new(2, move |task: String| run_task(takes, &task))?;
        for task in tasks {
            handles.push(pool.apply_async(task)?);
        }
        // The mistake: no join.
    }
    Ok(handles.into_iter().map(|handle| handle.get()).collect())
}

fn run_task(takes: Duration, task: &str) -> u32 {
    say!("Task {task} (pid={}) is Running...", pid());
    sleep(takes);
    say!("Task {task} (pid={}) is done.", pid());
    pid()
}
