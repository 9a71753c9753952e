// fail at fails: it returns an error only for three types of payloads.
fn run_thread(name: &str, work: impl FnOnce() + Send + 'static) -> StoryResult {
    let thread = Builder::new().name(name.to_owned()).spawn(work)?;
    let Err(panic) = thread.join() else {
        return Ok(());
    };
    if let Some(text) = panic.downcast_ref::<&str>() {
        return Err(format!("{name}: {text}").into());
    }
    if let Some(text) = panic.downcast_ref::<String>() {
        return Err(format!("{name}: {text}").into());
    }
    if let Some(visits) = panic.downcast_ref::<usize>() {
        return Err(format!("{name}: {visits} visits are too many").into());
    }
    Ok(())
}
