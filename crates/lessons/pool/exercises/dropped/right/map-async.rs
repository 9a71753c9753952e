// right: it submits all tasks in one call, joins the pool, and gets the results from the handle.
fn run_all(takes: Duration, tasks: Vec<String>) -> Result<Vec<Done>, Box<dyn Error>> {
    let pool = Pool::new(2, move |task: String| run_task(takes, &task))?;
    let handle = pool.map_async(tasks)?;
    pool.join()?;
    let pids = handle.get()?;
    Ok(pids.into_iter().map(Ok).collect())
}
