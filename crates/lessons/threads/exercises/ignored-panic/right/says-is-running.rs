// right: the thread first prints its line from `src/main.rs`; its panic becomes an error.
fn run_thread(name: &str, work: impl FnOnce() + Send + 'static) -> StoryResult {
    let thread = Builder::new().name(name.to_owned()).spawn(move || {
        say!("Current {} is running...", thread_name());
        work();
    })?;
    thread.join().map_err(|_| format!("{name} has panicked"))?;
    Ok(())
}
