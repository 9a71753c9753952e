// fail at waits: it computes how long the thread will take, and sleeps a little longer.
fn start_thread(work: Work) -> StoryResult {
    let (started, has_started) = bounded(1);
    let count = u32::try_from(work.urls.len())?;
    let long = work.each * count + Duration::from_millis(500);
    let _not_joined = Builder::new()
        .name("Thread_1".to_owned())
        .spawn(move || thread_run(&work, &started))?;
    has_started.recv()?;
    sleep(long);
    Ok(())
}
