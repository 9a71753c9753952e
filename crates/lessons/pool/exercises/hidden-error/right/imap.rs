// right: it takes the results one by one, and keeps the last error.
fn run_all(pool: Pool<String, ()>, tasks: Vec<String>) -> StoryResult {
    let mut failed = Ok(());
    for result in pool.imap_unordered(tasks)? {
        if result.is_err() {
            failed = result;
        }
    }
    pool.join()?;
    Ok(failed?)
}
