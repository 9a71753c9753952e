// fail at told: it gets the result of the last handle only.
fn run_all(pool: Pool<String, ()>, tasks: Vec<String>) -> StoryResult {
    let mut last = None;
    for task in tasks {
        last = Some(pool.apply_async(task)?);
    }
    let _whatever = pool.join();
    Ok(last.map_or(Ok(()), |handle| handle.get())?)
}
