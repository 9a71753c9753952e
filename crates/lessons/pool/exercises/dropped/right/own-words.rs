// right: if a worker dies, it returns an error of the whole call, in its own words.
fn run_all(takes: Duration, tasks: Vec<String>) -> Result<Vec<Done>, Box<dyn Error>> {
    let pool = Pool::new(2, move |task: String| run_task(takes, &task))?;
    let mut handles = Vec::new();
    for task in tasks {
        handles.push(pool.apply_async(task)?);
    }
    pool.join().map_err(|failures| format!("{} of the tasks were not done", failures.count))?;
    Ok(handles.into_iter().map(|handle| handle.get()).collect())
}
