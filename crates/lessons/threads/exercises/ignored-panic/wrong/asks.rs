// fail at waits: before it joins, it checks again and again whether the thread has ended.
fn run_thread(name: &str, work: impl FnOnce() + Send + 'static) -> StoryResult {
    let thread = Builder::new().name(name.to_owned()).spawn(work)?;
    while !thread.is_finished() {
        sleep(Duration::from_millis(5));
    }
    thread.join().map_err(|_| format!("{name} has panicked"))?;
    Ok(())
}
