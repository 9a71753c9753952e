// right: it prints each error, too, before it returns the result of each task.
fn run_all(takes: Duration, tasks: Vec<String>) -> Result<Vec<Done>, Box<dyn Error>> {
    let pool = Pool::new(2, move |task: String| run_task(takes, &task))?;
    let mut handles = Vec::new();
    for task in tasks {
        handles.push(pool.apply_async(task)?);
    }
    let done: Vec<Done> = handles.into_iter().map(|handle| handle.get()).collect();
    let _all_were_seen = pool.join();
    for error in done.iter().filter_map(|done| done.as_ref().err()) {
        say!("{error}");
    }
    Ok(done)
}
