// right: dropping a handle of this crate waits, and `join` reports how the thread ended.
fn start_thread(work: Work) -> StoryResult {
    let (started, _has_started) = bounded(1);
    let thread = threads::start("Thread_1", move || thread_run(&work, &started))?;
    Ok(thread.join()?)
}
