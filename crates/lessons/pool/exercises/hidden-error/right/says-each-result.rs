// right: it prints a line for each result that it gets, joins the pool, and returns the last error.
fn run_all(pool: Pool<String, ()>, tasks: Vec<String>) -> StoryResult {
    let mut handles = Vec::new();
    for task in tasks {
        handles.push((task.clone(), pool.apply_async(task)?));
    }
    let mut failed = Ok(());
    for (task, handle) in handles {
        match handle.get() {
            Ok(()) => say!("The result has come: {task} is done."),
            Err(error) => failed = Err(error),
        }
    }
    pool.join()?;
    Ok(failed?)
}
