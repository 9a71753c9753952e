// fail at slow: it sleeps for 300 ms, in another call than `sleep`, before it joins the pool.
fn run_all(pool: Pool<String, ()>, tasks: Vec<String>) -> StoryResult {
    for task in tasks {
        let _join_tells = pool.apply_async(task)?;
    }
    std::thread::park_timeout(Duration::from_millis(300));
    Ok(pool.join()?)
}
