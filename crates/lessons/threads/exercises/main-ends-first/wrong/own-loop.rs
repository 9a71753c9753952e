// fail at work: the thread prints the lines, but does no work.
fn start_thread(work: Work) -> StoryResult {
    let thread = Builder::new().name("Thread_1".to_owned()).spawn(move || {
        lane::enter(thread_name());
        for url in &work.urls {
            say!("{}---->>> {url}", thread_name());
        }
        say!("{} ended.", thread_name());
    })?;
    thread.join().map_err(|_| "Thread_1 has panicked")?;
    Ok(())
}
