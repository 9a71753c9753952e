// fail at killed: it sleeps until all tasks should be done, and then joins the pool.
fn run_all(pool: Pool<String, ()>, tasks: Vec<String>) -> StoryResult {
    for task in tasks {
        let _join_tells = pool.apply_async(task)?;
    }
    sleep(Duration::from_millis(300));
    Ok(pool.join()?)
}
