// fail at told: tasks that would fail are not done at all.
fn run_all(pool: Pool<String, ()>, tasks: Vec<String>) -> StoryResult {
    for task in tasks.into_iter().filter(|task| !task.ends_with('!')) {
        let _unused = pool.apply_async(task)?;
    }
    Ok(pool.join()?)
}
