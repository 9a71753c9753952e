// fail at urls: the main thread does the work itself.
fn start_thread(work: Work) -> StoryResult {
    let (started, _has_started) = bounded(1);
    thread_run(&work, &started);
    Ok(())
}
