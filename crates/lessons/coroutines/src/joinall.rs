//! Wait for many tasks.

use std::future::poll_fn;
use std::task::Poll;

use crate::task::{Task, TaskError};

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
    let mut tasks: Vec<_> = tasks.into_iter().enumerate().collect();
    while let Some((number, task)) = first_ended(&mut tasks).await {
        values[number] = Some(task.get().await??);
    }
    Ok(values.into_iter().flatten().collect())
}

/// Waits until one of the numbered `tasks` has ended, and takes out the one that ended first;
/// `None` when there are no tasks.
///
/// By the number of the end, for several may have ended since we last had our turn.
pub(crate) async fn first_ended<T>(tasks: &mut Vec<(usize, Task<T>)>) -> Option<(usize, Task<T>)> {
    if tasks.is_empty() {
        return None;
    }
    let first = poll_fn(|context| {
        let mut first = None;
        for (place, (_, task)) in tasks.iter_mut().enumerate() {
            if let Poll::Ready(end) = task.poll_join(context)
                && first.is_none_or(|(earliest, _)| end < earliest)
            {
                first = Some((end, place));
            }
        }
        first.map_or(Poll::Pending, |(_, place)| Poll::Ready(place))
    });
    let place = first.await;
    Some(tasks.remove(place))
}
