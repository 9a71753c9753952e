// fail at killed: when all tasks are done, it forgets the pool, and the pool's processes are left.
fn run_all(pool: Pool<String, ()>, tasks: Vec<String>) -> StoryResult {
    let results: Vec<_> = pool.imap(tasks)?.collect();
    std::mem::forget(pool);
    results.into_iter().collect::<Result<Vec<()>, _>>()?;
    Ok(())
}
