// fail at one-slow: it submits two tasks at a time: while one is slow, a worker has nothing to do.
fn run_all(takes: Duration, tasks: Vec<String>) -> Result<Vec<Done>, Box<dyn Error>> {
    let pool = Pool::new(2, move |task: String| run_task(takes, &task))?;
    let mut done = Vec::new();
    let mut tasks = tasks.into_iter().peekable();
    while tasks.peek().is_some() {
        let mut pair = Vec::new();
        for task in tasks.by_ref().take(2) {
            pair.push(pool.apply_async(task)?);
        }
        done.extend(pair.into_iter().map(|handle| handle.get()));
    }
    pool.join()?;
    Ok(done)
}
