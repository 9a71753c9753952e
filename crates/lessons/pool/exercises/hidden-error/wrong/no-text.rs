// fail at told: it fails without saying why.
fn run_all(pool: Pool<String, ()>, tasks: Vec<String>) -> StoryResult {
    for task in tasks {
        let _unused = pool.apply_async(task)?;
    }
    pool.join().map_err(|_| "a task has failed".into())
}
