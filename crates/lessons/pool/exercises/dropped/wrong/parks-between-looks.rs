// fail at slow: it closes the pool, and checks forty times a second whether the workers have ended.
fn run_all(takes: Duration, tasks: Vec<String>) -> Result<Vec<Done>, Box<dyn Error>> {
    let pool = Pool::new(2, move |task: String| run_task(takes, &task))?;
    let mut handles = Vec::new();
    for task in tasks {
        handles.push(pool.apply_async(task)?);
    }
    pool.close();
    let done = handles.into_iter().map(|handle| handle.get()).collect();
    while !pool.pids().is_empty() {
        std::thread::park_timeout(Duration::from_millis(25));
    }
    Ok(done)
}
