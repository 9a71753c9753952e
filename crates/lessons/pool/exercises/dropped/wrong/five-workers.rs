// fail at together: it starts more than two workers.
fn run_all(takes: Duration, tasks: Vec<String>) -> Result<Vec<Done>, Box<dyn Error>> {
    let pool = Pool::new(5, move |task: String| run_task(takes, &task))?;
    let done: Vec<Done> = pool.imap(tasks)?.collect();
    pool.join()?;
    Ok(done)
}
