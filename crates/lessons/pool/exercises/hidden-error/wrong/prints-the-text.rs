// fail at told: it prints the texts on standard error, and returns an error without the text of a task.
fn run_all(pool: Pool<String, ()>, tasks: Vec<String>) -> StoryResult {
    for task in tasks {
        let _join_tells = pool.apply_async(task)?;
    }
    if let Err(error) = pool.join() {
        eprintln!("{error}");
        return Err("not all tasks were done".into());
    }
    Ok(())
}
