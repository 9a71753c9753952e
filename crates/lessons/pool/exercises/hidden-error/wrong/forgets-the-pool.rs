// fail at killed: when all is done it forgets the pool, whose processes are left.
fn run_all(pool: Pool<String, ()>, tasks: Vec<String>) -> StoryResult {
    let results: Vec<_> = pool.imap(tasks)?.collect();
    std::mem::forget(pool);
    results.into_iter().collect::<Result<Vec<()>, _>>()?;
    Ok(())
}
