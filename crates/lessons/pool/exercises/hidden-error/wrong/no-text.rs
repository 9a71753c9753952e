// fail at told: it returns an error without the text of the task's error.
fn run_all(pool: Pool<String, ()>, tasks: Vec<String>) -> StoryResult {
    for task in tasks {
        let _unused = pool.apply_async(task)?;
    }
    pool.join().map_err(|_| "a task has failed".into())
}
