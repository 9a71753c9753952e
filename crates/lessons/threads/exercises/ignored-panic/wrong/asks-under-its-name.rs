// fail at waits: another thread of the same name checks again and again whether the thread has ended.
fn run_thread(name: &str, work: impl FnOnce() + Send + 'static) -> StoryResult {
    let named = || Builder::new().name(name.to_owned());
    let thread = named().spawn(work)?;
    let asks = named().spawn(move || {
        while !thread.is_finished() {
            sleep(Duration::from_millis(5));
        }
        thread.join().is_ok()
    })?;
    match asks.join() {
        Ok(true) => Ok(()),
        _ => Err(format!("{name} has panicked").into()),
    }
}
