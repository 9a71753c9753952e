// right: a scope waits for its threads.
fn start_thread(work: Work) -> StoryResult {
    let (started, _has_started) = bounded(1);
    std::thread::scope(|scope| {
        Builder::new()
            .name("Thread_1".to_owned())
            .spawn_scoped(scope, || thread_run(&work, &started))?;
        Ok(())
    })
}
