// fail at waits: another thread of the same name checks a hundred times a second whether the thread has ended.
fn start_thread(work: Work) -> StoryResult {
    let (started, has_started) = bounded(1);
    let named = || Builder::new().name("Thread_1".to_owned());
    let thread = named().spawn(move || thread_run(&work, &started))?;
    let asks = named().spawn(move || {
        while !thread.is_finished() {
            sleep(Duration::from_millis(10));
        }
    })?;
    has_started.recv()?;
    asks.join().map_err(|_| "Thread_1 has panicked")?;
    Ok(())
}
