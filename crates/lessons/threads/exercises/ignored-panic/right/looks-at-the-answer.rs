// right: it turns the result of std's `join` into an error that names the thread.
fn run_thread(name: &str, work: impl FnOnce() + Send + 'static) -> StoryResult {
    let thread = Builder::new().name(name.to_owned()).spawn(work)?;
    thread.join().map_err(|_| format!("{name} has panicked"))?;
    Ok(())
}
