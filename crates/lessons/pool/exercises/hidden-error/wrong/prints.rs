// fail at told: it prints the error, and returns no error.
fn run_all(pool: Pool<String, ()>, tasks: Vec<String>) -> StoryResult {
    let mut handles = Vec::new();
    for task in tasks {
        handles.push(pool.apply_async(task)?);
    }
    for handle in handles {
        if let Err(error) = handle.get() {
            say!("{error}");
        }
    }
    Ok(pool.join()?)
}
