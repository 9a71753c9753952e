// fail at quick: it waits for a message of each url, and the thread drops those that find no room.
fn start_thread(work: Work) -> StoryResult {
    let (started, has_started) = bounded(1);
    let urls = work.urls.len();
    let handle = Builder::new()
        .name("Thread_1".to_owned())
        .spawn(move || thread_run(&work, &started))?;
    for _ in 0..urls {
        has_started.recv()?;
    }
    handle.join().map_err(|_| "Thread_1 panicked")?;
    Ok(())
}
