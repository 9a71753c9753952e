// fail at waits: it waits for a message from the thread, but for a minute at most.
fn run_thread(name: &str, work: impl FnOnce() + Send + 'static) -> StoryResult {
    let (tell, told) = std::sync::mpsc::channel();
    let thread = Builder::new().name(name.to_owned()).spawn(move || {
        work();
        let _is_waited_for = tell.send(());
    })?;
    told.recv_timeout(Duration::from_secs(60))
        .map_err(|_| format!("{name} has panicked"))?;
    drop(thread);
    Ok(())
}
