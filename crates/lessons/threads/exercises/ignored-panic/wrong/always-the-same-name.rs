// fail at fails: the thread may have another name.
fn run_thread(name: &str, work: impl FnOnce() + Send + 'static) -> StoryResult {
    let thread = Builder::new().name(name.to_owned()).spawn(work)?;
    thread.join().map_err(|_| "Thread_1 has panicked")?;
    Ok(())
}
