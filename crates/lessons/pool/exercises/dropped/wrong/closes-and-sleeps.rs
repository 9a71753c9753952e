// fail at ends: it closes the pool, so that the workers end, and sleeps until they should have ended.
fn run_all(takes: Duration, tasks: Vec<String>) -> Result<Vec<Done>, Box<dyn Error>> {
    let mut handles = Vec::new();
    {
        let pool = Pool::new(2, move |task: String| run_task(takes, &task))?;
        for task in tasks {
            handles.push(pool.apply_async(task)?);
        }
        pool.close();
        sleep(Duration::from_millis(200));
        while !handles.iter().all(|handle| handle.wait_timeout(Duration::ZERO)) {
            sleep(Duration::from_millis(200));
        }
        sleep(Duration::from_secs(1));
    }
    Ok(handles.into_iter().map(|handle| handle.get()).collect())
}
