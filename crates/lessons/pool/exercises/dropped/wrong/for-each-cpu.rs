// fail at together: it starts one worker for each processor, whatever their number.
fn run_all(takes: Duration, tasks: Vec<String>) -> Result<Vec<Done>, Box<dyn Error>> {
    let pool = Pool::for_each_cpu(move |task: String| run_task(takes, &task))?;
    let done: Vec<Done> = pool.imap(tasks)?.collect();
    pool.join()?;
    Ok(done)
}
