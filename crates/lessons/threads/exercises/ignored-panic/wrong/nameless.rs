// fail at fails: the error does not name the thread.
fn run_thread(name: &str, work: impl FnOnce() + Send + 'static) -> StoryResult {
    let thread = Builder::new().name(name.to_owned()).spawn(work)?;
    thread.join().map_err(|_| "a thread has panicked")?;
    Ok(())
}
