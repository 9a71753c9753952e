// fail at one-slow: it submits fifty tasks at a time: while one is slow, no task of the next fifty is begun.
fn run_all(pool: Pool<String, ()>, tasks: Vec<String>) -> StoryResult {
    let mut first = Ok(());
    let mut tasks = tasks.into_iter().peekable();
    while tasks.peek().is_some() {
        let mut some = Vec::new();
        for task in tasks.by_ref().take(50) {
            some.push(pool.apply_async(task)?);
        }
        for handle in some {
            let done = handle.get();
            if first.is_ok() {
                first = done;
            }
        }
    }
    pool.join()?;
    Ok(first?)
}
