// right: it prints a line of its own when the thread is joined.
fn start_thread(work: Work) -> StoryResult {
    let (started, has_started) = bounded(1);
    let thread = Builder::new()
        .name("Thread_1".to_owned())
        .spawn(move || thread_run(&work, &started))?;
    has_started.recv()?;
    thread.join().map_err(|_| "Thread_1 has panicked")?;
    say!("Thread_1 is joined.");
    Ok(())
}
