// fail at thread: the thread prints the urls, but its last line is printed by the main thread.
fn start_thread(work: Work) -> StoryResult {
    let (started, has_started) = bounded(1);
    let thread = Builder::new().name("Thread_1".to_owned()).spawn(move || {
        lane::enter(thread_name());
        for url in &work.urls {
            say!("{}---->>> {url}", thread_name());
            let _already_signalled = started.try_send(());
            sleep(work.each);
        }
    })?;
    has_started.recv()?;
    thread.join().map_err(|_| "Thread_1 has panicked")?;
    say!("Thread_1 ended.");
    Ok(())
}
