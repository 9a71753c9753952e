// right: it prints a line of its own when the thread is joined.
fn run_thread(name: &str, work: impl FnOnce() + Send + 'static) -> StoryResult {
    let thread = Builder::new().name(name.to_owned()).spawn(work)?;
    let joined = thread.join();
    say!("{name} is joined.");
    joined.map_err(|_| format!("{name} has panicked"))?;
    Ok(())
}
