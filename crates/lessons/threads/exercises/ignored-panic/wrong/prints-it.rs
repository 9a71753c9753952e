// fail at fails: it says that the thread has failed, and the program ends well.
fn run_thread(name: &str, work: impl FnOnce() + Send + 'static) -> StoryResult {
    let thread = Builder::new().name(name.to_owned()).spawn(work)?;
    if thread.join().is_err() {
        common::complain(&format!("thread-ignored-panic: {name} has panicked"));
    }
    Ok(())
}
