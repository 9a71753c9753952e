// fail at fails: it returns an error only if the payload of the panic is a String.
fn run_thread(name: &str, work: impl FnOnce() + Send + 'static) -> StoryResult {
    let thread = Builder::new().name(name.to_owned()).spawn(work)?;
    if let Err(panic) = thread.join()
        && let Some(text) = panic.downcast_ref::<String>()
    {
        return Err(format!("{name}: {text}").into());
    }
    Ok(())
}
