// right: the pool's join tells of failures that were not looked at.
fn run_all(pool: Pool<String, ()>, tasks: Vec<String>) -> StoryResult {
    for task in tasks {
        let _join_tells = pool.apply_async(task)?;
    }
    Ok(pool.join()?)
}
