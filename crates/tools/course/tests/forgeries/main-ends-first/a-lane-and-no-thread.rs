// refused: the lane of a thread, and no thread
fn start_thread(work: Work) -> StoryResult {
    let main = lane::replace(common::Lane::new("Thread_1"));
    for url in &work.urls {
        say!("Thread_1---->>> {url}");
    }
    say!("Thread_1 ended.");
    lane::replace(main);
    Ok(())
}
