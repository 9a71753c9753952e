// right: it also prints each result as it gets it, in the words of the caller.
fn run_all(takes: Duration, tasks: Vec<String>) -> Result<Vec<Done>, Box<dyn Error>> {
    let pool = Pool::new(2, move |task: String| run_task(takes, &task))?;
    let mut done = Vec::new();
    for result in pool.imap(tasks)? {
        if let Ok(its_pid) = &result {
            say!("Done by process {its_pid}.");
        }
        done.push(result);
    }
    pool.join()?;
    Ok(done)
}
