// fail at one-slow: it submits fifty tasks at a time: while one is slow, no task of the next fifty is begun.
fn run_all(takes: Duration, tasks: Vec<String>) -> Result<Vec<Done>, Box<dyn Error>> {
    let pool = Pool::new(2, move |task: String| run_task(takes, &task))?;
    let mut done = Vec::new();
    let mut tasks = tasks.into_iter().peekable();
    while tasks.peek().is_some() {
        let mut some = Vec::new();
        for task in tasks.by_ref().take(50) {
            some.push(pool.apply_async(task)?);
        }
        done.extend(some.into_iter().map(|handle| handle.get()));
    }
    pool.join()?;
    Ok(done)
}
