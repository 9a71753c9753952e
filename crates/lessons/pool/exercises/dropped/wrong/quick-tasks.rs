// fail at together: no task takes longer than five milliseconds, whatever `takes` is.
fn run_all(takes: Duration, tasks: Vec<String>) -> Result<Vec<Done>, Box<dyn Error>> {
    let takes = takes.min(Duration::from_millis(5));
    let pool = Pool::new(2, move |task: String| run_task(takes, &task))?;
    let mut handles = Vec::new();
    for task in tasks {
        handles.push(pool.apply_async(task)?);
    }
    let _each_handle_has_its_own = pool.join();
    Ok(handles.into_iter().map(|handle| handle.get()).collect())
}
