// fail at told: the parent does the tasks itself, without the pool.
fn run_all(pool: Pool<String, ()>, tasks: Vec<String>) -> StoryResult {
    let done: Vec<_> = tasks.iter().map(|task| run_task(task)).collect();
    pool.join()?;
    done.into_iter().collect::<Result<Vec<()>, _>>()?;
    Ok(())
}
