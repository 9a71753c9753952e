// fail at lost: it knows by the names of the tasks which of them fail, and asks the pool nothing.
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
