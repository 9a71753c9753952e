// fail at thread: the main thread prints what the other one should.
fn start_thread(work: Work) -> StoryResult {
    for url in &work.urls {
        say!("Thread_1---->>> {url}");
    }
    say!("Thread_1 ended.");
    Ok(())
}
