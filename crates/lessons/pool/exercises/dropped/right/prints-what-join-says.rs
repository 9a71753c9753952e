// right: it prints the error of `join`, and returns the result of each task.
fn run_all(takes: Duration, tasks: Vec<String>) -> Result<Vec<Done>, Box<dyn Error>> {
    let pool = Pool::new(2, move |task: String| run_task(takes, &task))?;
    let mut handles = Vec::new();
    for task in tasks {
        handles.push(pool.apply_async(task)?);
    }
    if let Err(error) = pool.join() {
        say!("{error}");
    }
    Ok(handles.into_iter().map(|handle| handle.get()).collect())
}
