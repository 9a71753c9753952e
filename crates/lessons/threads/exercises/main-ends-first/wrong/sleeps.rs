// fail at slow: it sleeps for a second instead of waiting.
fn start_thread(work: Work) -> StoryResult {
    let (started, has_started) = bounded(1);
    let _not_joined = Builder::new()
        .name("Thread_1".to_owned())
        .spawn(move || thread_run(&work, &started))?;
    has_started.recv()?;
    sleep(Duration::from_secs(1));
    Ok(())
}
