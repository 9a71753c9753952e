// fail at well: it checks the thread after half a second, and reports no error if the thread still runs.
fn run_thread(name: &str, work: impl FnOnce() + Send + 'static) -> StoryResult {
    let thread = Builder::new().name(name.to_owned()).spawn(work)?;
    sleep(Duration::from_millis(500));
    if thread.is_finished() {
        thread.join().map_err(|_| format!("{name} has panicked"))?;
    }
    Ok(())
}
