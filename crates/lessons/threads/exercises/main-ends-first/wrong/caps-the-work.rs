// fail at slow: it joins, but the thread works for a second at most for each url.
fn start_thread(work: Work) -> StoryResult {
    let (started, has_started) = bounded(1);
    // Five seconds would be too long to wait.
    let each = work.each.min(Duration::from_secs(1));
    let work = Work { each, ..work };
    let thread = Builder::new()
        .name("Thread_1".to_owned())
        .spawn(move || thread_run(&work, &started))?;
    has_started.recv()?;
    thread.join().map_err(|_| "Thread_1 has panicked")?;
    Ok(())
}
