// right: the channel ends when the thread has dropped its sender, after its last line.
fn start_thread(work: Work) -> StoryResult {
    let (started, has_started) = bounded(1);
    let _thread = Builder::new()
        .name("Thread_1".to_owned())
        .spawn(move || thread_run(&work, &started))?;
    has_started.iter().for_each(drop);
    Ok(())
}
