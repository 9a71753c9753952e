// right: `join` of the pool reports failures whose results were not read.
fn run_all(pool: Pool<String, ()>, tasks: Vec<String>) -> StoryResult {
    for task in tasks {
        let _join_tells = pool.apply_async(task)?;
    }
    Ok(pool.join()?)
}
