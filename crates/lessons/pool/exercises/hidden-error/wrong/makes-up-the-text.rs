// fail at told: it learns from `join` that a task has failed, but makes up the text from the tasks' names.
fn run_all(pool: Pool<String, ()>, tasks: Vec<String>) -> StoryResult {
    let failing = tasks.iter().find_map(|task| task.strip_suffix('!'));
    let text = failing.map(|name| format!("task {name} cannot be done"));
    for task in tasks {
        let _join_tells = pool.apply_async(task)?;
    }
    match (pool.join(), text) {
        (Ok(()), _) => Ok(()),
        (Err(_), Some(text)) => Err(text.into()),
        (Err(error), None) => Err(error.into()),
    }
}
