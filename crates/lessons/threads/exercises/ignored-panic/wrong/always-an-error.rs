// fail at well: it does not check how the thread has ended.
fn run_thread(name: &str, work: impl FnOnce() + Send + 'static) -> StoryResult {
    let thread = Builder::new().name(name.to_owned()).spawn(work)?;
    let _not_looked_at = thread.join();
    Err(format!("{name} has panicked").into())
}
