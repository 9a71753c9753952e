// fail at waits: it checks a hundred times a second whether the thread has ended.
fn start_thread(work: Work) -> StoryResult {
    let (started, has_started) = bounded(1);
    let thread = Builder::new()
        .name("Thread_1".to_owned())
        .spawn(move || thread_run(&work, &started))?;
    has_started.recv()?;
    while !thread.is_finished() {
        sleep(Duration::from_millis(10));
    }
    Ok(())
}
