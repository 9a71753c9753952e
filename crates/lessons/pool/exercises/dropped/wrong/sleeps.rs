// fail at ends: it sleeps for a time that is usually long enough, and then drops the pool.
fn run_all(takes: Duration, tasks: Vec<String>) -> Result<Vec<Done>, Box<dyn Error>> {
    let mut handles = Vec::new();
    {
        let pool = Pool::new(2, move |task: String| run_task(takes, &task))?;
        for task in tasks {
            handles.push(pool.apply_async(task)?);
        }
        sleep(Duration::from_millis(1200));
    }
    Ok(handles.into_iter().map(|handle| handle.get()).collect())
}
