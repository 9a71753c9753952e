// fail at told: it does not submit the tasks that would fail.
fn run_all(pool: Pool<String, ()>, tasks: Vec<String>) -> StoryResult {
    for task in tasks.into_iter().filter(|task| !task.ends_with('!')) {
        let _unused = pool.apply_async(task)?;
    }
    Ok(pool.join()?)
}
