// fail at waits: it checks again and again whether the thread has ended.
fn start_thread(work: Work) -> StoryResult {
    let (started, has_started) = bounded(1);
    let thread = Builder::new()
        .name("Thread_1".to_owned())
        .spawn(move || thread_run(&work, &started))?;
    has_started.recv()?;
    while !thread.is_finished() {
        std::hint::spin_loop();
    }
    Ok(())
}
