// right: it gets the results first, while the pool exists, and then joins it.
fn run_all(takes: Duration, tasks: Vec<String>) -> Result<Vec<Done>, Box<dyn Error>> {
    let pool = Pool::new(2, move |task: String| run_task(takes, &task))?;
    let handles: Result<Vec<_>, _> = tasks.into_iter().map(|task| pool.apply_async(task)).collect();
    let done = handles?.into_iter().map(|handle| handle.get()).collect();
    let _all_were_seen = pool.join();
    Ok(done)
}
