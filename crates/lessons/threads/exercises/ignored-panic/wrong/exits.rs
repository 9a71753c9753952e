// refused: it ends the process itself, with the right code.
fn run_thread(name: &str, work: impl FnOnce() + Send + 'static) -> StoryResult {
    let thread = Builder::new().name(name.to_owned()).spawn(work)?;
    if thread.join().is_err() {
        std::process::exit(1);
    }
    Ok(())
}
