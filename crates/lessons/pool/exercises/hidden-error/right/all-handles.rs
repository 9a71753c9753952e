// right: it gets the results of all handles, joins the pool, and then returns the first error.
fn run_all(pool: Pool<String, ()>, tasks: Vec<String>) -> StoryResult {
    let mut handles = Vec::new();
    for task in tasks {
        handles.push(pool.apply_async(task)?);
    }
    let mut first = None;
    for handle in handles {
        if let Err(error) = handle.get() {
            first.get_or_insert(error);
        }
    }
    pool.join()?;
    first.map_or(Ok(()), |error| Err(error.into()))
}
