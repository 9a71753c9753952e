// fail: it waits for the last task, and drops the pool while another one may be under way.
fn run_all(takes: Duration, tasks: Vec<String>) -> Result<Vec<Done>, Box<dyn Error>> {
    let mut handles = Vec::new();
    let pool = Pool::new(2, move |task: String| run_task(takes, &task))?;
    for task in tasks {
        handles.push(pool.apply_async(task)?);
    }
    while handles.last().is_some_and(|last| !last.wait_timeout(Duration::from_secs(1))) {}
    drop(pool);
    Ok(handles.into_iter().map(|handle| handle.get()).collect())
}
