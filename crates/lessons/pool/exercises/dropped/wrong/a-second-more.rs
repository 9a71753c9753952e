// fail at slow: it gives a task as long as all tasks take, and a second more; then it drops the pool.
fn run_all(takes: Duration, tasks: Vec<String>) -> Result<Vec<Done>, Box<dyn Error>> {
    let limit = takes * u32::try_from(tasks.len())? + Duration::from_secs(1);
    let pool = Pool::new(2, move |task: String| run_task(takes, &task))?;
    let mut handles = Vec::new();
    for task in tasks {
        handles.push(pool.apply_async(task)?);
    }
    for handle in &handles {
        if !handle.wait_timeout(limit) {
            return Err("a task takes too long".into());
        }
    }
    let _each_handle_has_its_own = pool.join();
    Ok(handles.into_iter().map(|handle| handle.get()).collect())
}
