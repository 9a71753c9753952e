// fail at refused: if the system starts no thread, it returns no error, although no work is done.
fn run_thread(name: &str, work: impl FnOnce() + Send + 'static) -> StoryResult {
    let Ok(thread) = Builder::new().name(name.to_owned()).spawn(work) else {
        say!("{name} could not be started.");
        return Ok(());
    };
    thread.join().map_err(|_| format!("{name} has panicked"))?;
    Ok(())
}
