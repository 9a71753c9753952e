// fail at told: it runs a task that failed a second time, and only the second error counts.
fn run_all(pool: Pool<String, ()>, tasks: Vec<String>) -> StoryResult {
    let handles: Vec<_> = tasks
        .iter()
        .map(|task| pool.apply_async(task.clone()))
        .collect::<Result<_, _>>()?;
    let mut failed = Ok(());
    for (task, handle) in tasks.iter().zip(handles) {
        if handle.get().is_err() {
            failed = failed.and(pool.apply(task.clone()));
        }
    }
    pool.join()?;
    Ok(failed?)
}
