// fail at ends: it sleeps for as long as all tasks should take, and then joins.
fn run_all(takes: Duration, tasks: Vec<String>) -> Result<Vec<Done>, Box<dyn Error>> {
    let pool = Pool::new(2, move |task: String| run_task(takes, &task))?;
    let all = takes * tasks.len() as u32;
    let mut handles = Vec::new();
    for task in tasks {
        handles.push(pool.apply_async(task)?);
    }
    sleep(all);
    pool.join()?;
    Ok(handles.into_iter().map(|handle| handle.get()).collect())
}
