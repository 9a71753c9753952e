// fail at others: each task is waited for before the next is submitted.
fn run_all(pool: Pool<String, ()>, tasks: Vec<String>) -> StoryResult {
    for task in tasks {
        pool.apply_async(task)?.get()?;
    }
    Ok(pool.join()?)
}
