// fail at told: it gets the results of the first sixteen tasks only, and ignores what `join` returns.
fn run_all(pool: Pool<String, ()>, tasks: Vec<String>) -> StoryResult {
    let mut handles = Vec::new();
    for task in tasks {
        handles.push(pool.apply_async(task)?);
    }
    let mut first = Ok(());
    for handle in handles.into_iter().take(16) {
        first = first.and(handle.get());
    }
    let _whatever = pool.join();
    Ok(first?)
}
