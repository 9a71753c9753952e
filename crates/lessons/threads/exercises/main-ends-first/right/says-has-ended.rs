// right: it joins, and prints a line of its own that the thread has ended.
fn start_thread(work: Work) -> StoryResult {
    let (started, has_started) = bounded(1);
    let thread = Builder::new()
        .name("Thread_1".to_owned())
        .spawn(move || thread_run(&work, &started))?;
    has_started.recv()?;
    thread.join().map_err(|_| "Thread_1 has panicked")?;
    say!("Thread_1 has ended.");
    Ok(())
}
