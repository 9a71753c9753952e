// fail at waits: it waits for the thread, but for a minute at most.
fn start_thread(work: Work) -> StoryResult {
    let (started, has_started) = bounded(1);
    let (done, is_done) = std::sync::mpsc::channel::<()>();
    let _not_joined = Builder::new().name("Thread_1".to_owned()).spawn(move || {
        thread_run(&work, &started);
        drop(done);
    })?;
    has_started.recv()?;
    let _ended = is_done.recv_timeout(Duration::from_secs(60));
    Ok(())
}
