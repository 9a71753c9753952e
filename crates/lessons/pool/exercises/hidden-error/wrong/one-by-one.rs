// fail at others: it waits for each task before it submits the next one.
fn run_all(pool: Pool<String, ()>, tasks: Vec<String>) -> StoryResult {
    for task in tasks {
        pool.apply_async(task)?.get()?;
    }
    Ok(pool.join()?)
}
