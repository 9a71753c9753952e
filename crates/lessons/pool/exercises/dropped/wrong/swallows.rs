// fail at worker-killed: it reports a task that was lost with its worker as done, by process 0.
fn run_all(takes: Duration, tasks: Vec<String>) -> Result<Vec<Done>, Box<dyn Error>> {
    let pool = Pool::new(2, move |task: String| run_task(takes, &task))?;
    let mut handles = Vec::new();
    for task in tasks {
        handles.push(pool.apply_async(task)?);
    }
    let _whatever = pool.join();
    Ok(handles.into_iter().map(|handle| Ok(handle.get().unwrap_or(0))).collect())
}
