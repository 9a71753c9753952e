// fail at others: it returns at the first error, which drops the pool.
fn run_all(pool: Pool<String, ()>, tasks: Vec<String>) -> StoryResult {
    let mut handles = Vec::new();
    for task in tasks {
        handles.push(pool.apply_async(task)?);
    }
    for handle in handles {
        handle.get()?;
    }
    Ok(pool.join()?)
}
