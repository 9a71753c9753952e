// fail at killed: it sleeps until all tasks should be done, and then drops the pool.
fn run_all(pool: Pool<String, ()>, tasks: Vec<String>) -> StoryResult {
    let mut handles = Vec::new();
    for task in tasks {
        handles.push(pool.apply_async(task)?);
    }
    sleep(Duration::from_millis(1500));
    let results: Vec<_> = handles.into_iter().map(|handle| handle.get()).collect();
    drop(pool);
    results.into_iter().collect::<Result<Vec<()>, _>>()?;
    Ok(())
}
