// fail at fails: the name of the thread, and so the error, is cut after fifteen letters.
fn run_thread(name: &str, work: impl FnOnce() + Send + 'static) -> StoryResult {
    // The system keeps no more of a name.
    let short: String = name.chars().take(15).collect();
    let thread = Builder::new().name(short.clone()).spawn(work)?;
    thread.join().map_err(|_| format!("{short} has panicked"))?;
    Ok(())
}
