// fail at together: each task is waited for before the next one is submitted, so the workers take turns.
fn run_all(pool: Pool<String, ()>, tasks: Vec<String>) -> StoryResult {
    let mut first = Ok(());
    for task in tasks {
        let done = pool.apply(task);
        if first.is_ok() {
            first = done;
        }
    }
    pool.join()?;
    Ok(first?)
}
