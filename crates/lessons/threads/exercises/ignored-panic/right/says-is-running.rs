// right: the thread introduces itself with the line that it has in `src/main.rs`; its panic is an error.
fn run_thread(name: &str, work: impl FnOnce() + Send + 'static) -> StoryResult {
    let thread = Builder::new().name(name.to_owned()).spawn(move || {
        say!("Current {} is running...", thread_name());
        work();
    })?;
    thread.join().map_err(|_| format!("{name} has panicked"))?;
    Ok(())
}
