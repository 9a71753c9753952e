// right: the thread itself catches the panic and sends how it ended; the main thread waits for this message.
fn run_thread(name: &str, work: impl FnOnce() + Send + 'static) -> StoryResult {
    let (tell, told) = std::sync::mpsc::channel();
    let _told_of = Builder::new().name(name.to_owned()).spawn(move || {
        let went = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
        let _is_waited_for = tell.send(went.is_ok());
    })?;
    if told.recv()? { Ok(()) } else { Err(format!("{name} failed").into()) }
}
