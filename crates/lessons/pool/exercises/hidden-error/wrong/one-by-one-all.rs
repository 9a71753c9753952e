// fail at together: it waits for each task before it submits the next one, so the workers take turns.
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
