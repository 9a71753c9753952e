// fail at together: it starts one worker for two tasks, up to six: only with three or four tasks are there two.
fn run_all(takes: Duration, tasks: Vec<String>) -> Result<Vec<Done>, Box<dyn Error>> {
    let workers = tasks.len().div_ceil(2).min(6);
    let pool = Pool::new(workers, move |task: String| run_task(takes, &task))?;
    let done: Vec<Done> = pool.imap(tasks)?.collect();
    pool.join()?;
    Ok(done)
}
