// fail at refused: if the system starts no thread, it returns no error, although no url is printed.
fn start_thread(work: Work) -> StoryResult {
    let (started, has_started) = bounded(1);
    let started = Builder::new()
        .name("Thread_1".to_owned())
        .spawn(move || thread_run(&work, &started));
    if let Ok(thread) = started {
        has_started.recv()?;
        thread.join().map_err(|_| "Thread_1 has panicked")?;
    }
    Ok(())
}
