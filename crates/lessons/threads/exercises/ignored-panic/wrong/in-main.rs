// fail at fails: the main thread does the work itself.
fn run_thread(name: &str, work: impl FnOnce() + Send + 'static) -> StoryResult {
    let went = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
    went.map_err(|_| format!("{name} has panicked"))?;
    Ok(())
}
