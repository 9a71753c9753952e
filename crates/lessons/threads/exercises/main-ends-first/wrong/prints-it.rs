// fail at thread: the main thread prints the lines that the other thread should print.
fn start_thread(work: Work) -> StoryResult {
    for url in &work.urls {
        say!("Thread_1---->>> {url}");
    }
    say!("Thread_1 ended.");
    Ok(())
}
