// fail at worker-killed: a task whose worker dies is left out of the results.
fn run_all(takes: Duration, tasks: Vec<String>) -> Result<Vec<Done>, Box<dyn Error>> {
    let pool = Pool::new(2, move |task: String| run_task(takes, &task))?;
    let done = pool.imap(tasks)?.filter(Result::is_ok).collect();
    pool.join()?;
    Ok(done)
}
