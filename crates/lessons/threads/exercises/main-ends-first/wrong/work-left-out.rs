// fail at work: it joins, but the thread takes no time for its work.
fn start_thread(work: Work) -> StoryResult {
    let (started, _has_started) = bounded(1);
    let thread = Builder::new().name("Thread_1".to_owned()).spawn(move || {
        let work = Work { each: Duration::ZERO, ..work };
        thread_run(&work, &started);
    })?;
    thread.join().map_err(|_| "Thread_1 has panicked")?;
    Ok(())
}
