// right: the handle of this crate has the name and the text in its error.
fn run_thread(name: &str, work: impl FnOnce() + Send + 'static) -> StoryResult {
    Ok(threads::start(name, work)?.join()?)
}
