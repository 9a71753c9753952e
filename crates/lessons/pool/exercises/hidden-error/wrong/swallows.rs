// fail at told: it gets every result, and ignores it.
fn run_all(pool: Pool<String, ()>, tasks: Vec<String>) -> StoryResult {
    let mut handles = Vec::new();
    for task in tasks {
        handles.push(pool.apply_async(task)?);
    }
    for handle in handles {
        let _whatever = handle.get();
    }
    let _whatever = pool.join();
    Ok(())
}
