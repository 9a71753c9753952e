//! Wait for many tasks.

use crate::error::TaskError;
use crate::race::Race;
use crate::task::Task;

/// Waits until every one of `tasks` has ended, and gives their results in the order of the
/// tasks. It adds nothing: the tasks run since they were spawned.
///
/// One that fails changes nothing for the others; its error stands in its place. Dropping this
/// future kills the tasks.
#[must_use = "await it, and look at the results: errors hide in there"]
pub async fn joinall<T>(tasks: Vec<Task<T>>) -> Vec<Result<T, TaskError>> {
    let mut results = Vec::with_capacity(tasks.len());
    for task in tasks {
        results.push(task.get().await);
    }
    results
}

/// Waits likewise for tasks that return a `Result`, and gives their values, or stops at the
/// error that happened first and kills the tasks that have not ended by then: gevent's
/// `joinall(..., raise_error=True)`.
///
/// # Errors
/// What the first task to fail returned, or why it gave nothing.
pub async fn try_joinall<T, E: From<TaskError>>(
    tasks: Vec<Task<Result<T, E>>>,
) -> Result<Vec<T>, E> {
    let mut values: Vec<Option<T>> = tasks.iter().map(|_| None).collect();
    let mut race = Race::new();
    for (number, task) in tasks.into_iter().enumerate() {
        race.add(number, task);
    }
    while let Some((number, task)) = race.first_ended().await {
        values[number] = Some(task.get().await??);
    }
    Ok(values.into_iter().flatten().collect())
}
