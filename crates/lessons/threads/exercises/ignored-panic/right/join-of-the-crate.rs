// right: the error of this crate's handle has the name and the text.
fn run_thread(name: &str, work: impl FnOnce() + Send + 'static) -> StoryResult {
    Ok(threads::start(name, work)?.join()?)
}
