// right: it joins the pool first; then the handles have their results.
fn run_all(pool: Pool<String, ()>, tasks: Vec<String>) -> StoryResult {
    let handles: Result<Vec<_>, _> = tasks
        .into_iter()
        .map(|task| pool.apply_async(task))
        .collect();
    let handles = handles?;
    let joined = pool.join();
    let results: Vec<_> = handles.into_iter().map(|handle| handle.get()).collect();
    results.into_iter().collect::<Result<Vec<()>, _>>()?;
    Ok(joined?)
}
