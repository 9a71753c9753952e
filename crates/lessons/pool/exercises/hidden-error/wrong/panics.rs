// crash at told: it panics with the error.
fn run_all(pool: Pool<String, ()>, tasks: Vec<String>) -> StoryResult {
    for task in tasks {
        let _unused = pool.apply_async(task)?;
    }
    pool.join().expect("a task failed");
    Ok(())
}
