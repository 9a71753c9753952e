// refused: it waits where it is watched, and nowhere else
fn start_thread(work: Work) -> StoryResult {
    let (started, has_started) = bounded(1);
    let thread = Builder::new()
        .name("Thread_1".to_owned())
        .spawn(move || thread_run(&work, &started))?;
    has_started.recv()?;
    if common::is_watched() {
        thread.join().map_err(|_| "the thread has panicked")?;
    }
    Ok(())
}
