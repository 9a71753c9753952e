// fail at fails: a panic whose text is a String is an error, any other one is none.
fn run_thread(name: &str, work: impl FnOnce() + Send + 'static) -> StoryResult {
    let thread = Builder::new().name(name.to_owned()).spawn(work)?;
    if let Err(panic) = thread.join()
        && let Some(text) = panic.downcast_ref::<String>()
    {
        return Err(format!("{name}: {text}").into());
    }
    Ok(())
}
