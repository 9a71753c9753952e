// right: it joins; the thread first prints its line from `src/main.rs`.
fn start_thread(work: Work) -> StoryResult {
    let (started, _has_started) = bounded(1);
    let thread = Builder::new().name("Thread_1".to_owned()).spawn(move || {
        say!("Current {} is running...", thread_name());
        thread_run(&work, &started);
    })?;
    if thread.join().is_err() {
        return Err("Thread_1 has panicked".into());
    }
    Ok(())
}
