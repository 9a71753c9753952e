// right: it uses an iterator over the results, in their order.
fn run_all(takes: Duration, tasks: Vec<String>) -> Result<Vec<Done>, Box<dyn Error>> {
    let pool = Pool::new(2, move |task: String| run_task(takes, &task))?;
    let done: Vec<Done> = pool.imap(tasks)?.collect();
    pool.join()?;
    Ok(done)
}
