// right: it checks the result of `join`, and prints a line of its own that the thread has ended.
fn run_thread(name: &str, work: impl FnOnce() + Send + 'static) -> StoryResult {
    let thread = Builder::new().name(name.to_owned()).spawn(work)?;
    match thread.join() {
        Ok(()) => {
            say!("{name} has ended.");
            Ok(())
        }
        Err(_) => Err(format!("{name} has panicked").into()),
    }
}
