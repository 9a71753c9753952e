// fail at results: it prints the lines of the results itself, and returns no result.
fn run_all(takes: Duration, tasks: Vec<String>) -> Result<Vec<Done>, Box<dyn Error>> {
    let pool = Pool::new(2, move |task: String| run_task(takes, &task))?;
    let all: Vec<Done> = pool.imap(tasks)?.collect();
    pool.join()?;
    for done in all {
        match done {
            Ok(pid) => say!("Done by process {pid}."),
            Err(error) => say!("{error}"),
        }
    }
    Ok(Vec::new())
}
