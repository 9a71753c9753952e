// fail at one-slow: it submits three tasks at a time: while one is slow, two workers have nothing to do.
fn run_all(pool: Pool<String, ()>, tasks: Vec<String>) -> StoryResult {
    let mut first = Ok(());
    let mut tasks = tasks.into_iter().peekable();
    while tasks.peek().is_some() {
        let mut three = Vec::new();
        for task in tasks.by_ref().take(3) {
            three.push(pool.apply_async(task)?);
        }
        for handle in three {
            let done = handle.get();
            if first.is_ok() {
                first = done;
            }
        }
    }
    pool.join()?;
    Ok(first?)
}
