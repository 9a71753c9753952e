// right: it joins the pool where the pool would be dropped.
fn run_all(takes: Duration, tasks: Vec<String>) -> Result<Vec<Done>, Box<dyn Error>> {
    let mut handles = Vec::new();
    {
        let pool = Pool::new(2, move |task: String| run_task(takes, &task))?;
        for task in tasks {
            handles.push(pool.apply_async(task)?);
        }
        pool.join()?;
    }
    Ok(handles.into_iter().map(|handle| handle.get()).collect())
}
