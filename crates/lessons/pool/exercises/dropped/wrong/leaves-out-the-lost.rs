// fail at worker-killed: a task that was lost with its worker gets the result of another task.
fn run_all(takes: Duration, tasks: Vec<String>) -> Result<Vec<Done>, Box<dyn Error>> {
    let pool = Pool::new(2, move |task: String| run_task(takes, &task))?;
    let mut handles = Vec::new();
    for task in tasks {
        handles.push(pool.apply_async(task)?);
    }
    let _whatever = pool.join();
    let all: Vec<Done> = handles.into_iter().map(|handle| handle.get()).collect();
    let other = all.iter().flatten().next().copied().unwrap_or(0);
    Ok(all.into_iter().map(|done| Ok(done.unwrap_or(other))).collect())
}
