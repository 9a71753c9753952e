// fail: it makes the thread's work shorter, so that the thread is usually done in time.
fn start_thread(work: Work) -> StoryResult {
    let work = Work { each: Duration::ZERO, ..work };
    let (started, has_started) = bounded(1);
    let _not_joined = Builder::new()
        .name("Thread_1".to_owned())
        .spawn(move || thread_run(&work, &started))?;
    has_started.recv()?;
    for _ in 0..20_000 {
        std::thread::yield_now();
    }
    Ok(())
}
