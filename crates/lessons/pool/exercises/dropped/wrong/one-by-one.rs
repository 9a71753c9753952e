// fail at together: it waits for each task before it submits the next one.
fn run_all(takes: Duration, tasks: Vec<String>) -> Result<Vec<Done>, Box<dyn Error>> {
    let pool = Pool::new(2, move |task: String| run_task(takes, &task))?;
    let done = tasks.into_iter().map(|task| pool.apply(task)).collect();
    let _all_were_seen = pool.join();
    Ok(done)
}
