// fail at fails: it returns no error if the payload of the panic is not a text.
fn run_thread(name: &str, work: impl FnOnce() + Send + 'static) -> StoryResult {
    let thread = Builder::new().name(name.to_owned()).spawn(work)?;
    if let Err(panic) = thread.join() {
        if let Some(text) = panic.downcast_ref::<&str>() {
            return Err(format!("{name}: {text}").into());
        }
        if let Some(text) = panic.downcast_ref::<String>() {
            return Err(format!("{name}: {text}").into());
        }
    }
    Ok(())
}
