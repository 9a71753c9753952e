// fail: it collects the results until the first error, so the last tasks are not submitted.
fn run_all(pool: Pool<String, ()>, tasks: Vec<String>) -> StoryResult {
    let results: Result<Vec<()>, _> = pool.imap(tasks)?.collect();
    pool.join()?;
    results?;
    Ok(())
}
