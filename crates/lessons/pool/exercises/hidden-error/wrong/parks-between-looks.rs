// fail at slow: it closes the pool, and checks forty times a second whether the workers have ended.
fn run_all(pool: Pool<String, ()>, tasks: Vec<String>) -> StoryResult {
    let mut handles = Vec::new();
    for task in tasks {
        handles.push(pool.apply_async(task)?);
    }
    pool.close();
    let done: Vec<_> = handles.into_iter().map(|handle| handle.get()).collect();
    while !pool.pids().is_empty() {
        std::thread::park_timeout(Duration::from_millis(25));
    }
    done.into_iter().collect::<Result<Vec<()>, _>>()?;
    Ok(())
}
