// fail at fails: it prints that the thread has failed, but returns no error.
fn run_thread(name: &str, work: impl FnOnce() + Send + 'static) -> StoryResult {
    let thread = Builder::new().name(name.to_owned()).spawn(work)?;
    if thread.join().is_err() {
        common::complain(&format!("thread-ignored-panic: {name} has panicked"));
    }
    Ok(())
}
