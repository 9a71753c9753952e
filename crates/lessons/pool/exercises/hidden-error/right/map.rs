// right: it submits all tasks in one call, and returns the error after it has joined the pool.
fn run_all(pool: Pool<String, ()>, tasks: Vec<String>) -> StoryResult {
    let done = pool.map(tasks);
    pool.join()?;
    done?;
    Ok(())
}
