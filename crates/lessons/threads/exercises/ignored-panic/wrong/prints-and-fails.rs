// fail at fails: it prints the name of the thread, but the error that it returns does not have it.
fn run_thread(name: &str, work: impl FnOnce() + Send + 'static) -> StoryResult {
    let thread = Builder::new().name(name.to_owned()).spawn(work)?;
    if thread.join().is_err() {
        common::complain(&format!("thread-ignored-panic: {name} has panicked"));
        return Err("failed".into());
    }
    Ok(())
}
