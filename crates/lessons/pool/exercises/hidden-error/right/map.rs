// right: one call for all tasks, in packets; the error is looked at when the pool has been joined.
fn run_all(pool: Pool<String, ()>, tasks: Vec<String>) -> StoryResult {
    let done = pool.map(tasks);
    pool.join()?;
    done?;
    Ok(())
}
