// fail at lost: it finds the failing tasks by their names, and ignores the pool's results.
fn run_all(pool: Pool<String, ()>, tasks: Vec<String>) -> StoryResult {
    let failing = tasks.iter().find_map(|task| task.strip_suffix('!'));
    let error = failing.map(|name| format!("task {name} cannot be done"));
    for task in tasks {
        let _thrown_away = pool.apply_async(task)?;
    }
    let _ignored = pool.join();
    match error {
        Some(error) => Err(error.into()),
        None => Ok(()),
    }
}
