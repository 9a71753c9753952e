// crash at fails: the main thread panics, too.
fn run_thread(name: &str, work: impl FnOnce() + Send + 'static) -> StoryResult {
    let thread = Builder::new().name(name.to_owned()).spawn(work)?;
    thread.join().unwrap();
    Ok(())
}
