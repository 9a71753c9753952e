// right: one call for all tasks; the error of one task is the error of the whole call.
fn run_all(takes: Duration, tasks: Vec<String>) -> Result<Vec<Done>, Box<dyn Error>> {
    let pool = Pool::new(2, move |task: String| run_task(takes, &task))?;
    let done = pool.map(tasks);
    pool.join()?;
    Ok(done?.into_iter().map(Ok).collect())
}
