//! A wait for many tasks.

use crate::error::TaskError;
use crate::task::Task;

/// Waits until all `tasks` have ended, and returns their results in the order of the tasks. (It does
/// not start them: while it waits for the first one, all of them run.) A task that fails does
/// not affect the others. Dropping this future kills the tasks.
#[must_use = "await it, and look at the results: each may be an error"]
pub async fn joinall<T>(tasks: Vec<Task<T>>) -> Vec<Result<T, TaskError>> {
    let mut results = Vec::with_capacity(tasks.len());
    for task in tasks {
        results.push(task.get().await);
    }
    results
}
