// fail at told: it does not submit the tasks that would fail, and makes up the error itself.
fn run_all(pool: Pool<String, ()>, tasks: Vec<String>) -> StoryResult {
    let (failing, others): (Vec<_>, Vec<_>) = tasks.into_iter().partition(|task| task.ends_with('!'));
    for task in others {
        let _join_tells = pool.apply_async(task)?;
    }
    pool.join()?;
    match failing.first().and_then(|task| task.strip_suffix('!')) {
        Some(name) => Err(format!("task {name} cannot be done").into()),
        None => Ok(()),
    }
}
