// fail at slow: it sleeps for 300 ms, in another call than `sleep`, before it joins the pool.
fn run_all(takes: Duration, tasks: Vec<String>) -> Result<Vec<Done>, Box<dyn Error>> {
    let pool = Pool::new(2, move |task: String| run_task(takes, &task))?;
    let mut handles = Vec::new();
    for task in tasks {
        handles.push(pool.apply_async(task)?);
    }
    std::thread::park_timeout(Duration::from_millis(300));
    let _each_handle_has_its_own = pool.join();
    Ok(handles.into_iter().map(|handle| handle.get()).collect())
}
