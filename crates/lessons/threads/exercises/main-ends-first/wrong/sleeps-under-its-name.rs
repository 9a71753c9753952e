// fail at waits: it waits for another thread of the same name, which sleeps for as long as the work should take.
fn start_thread(work: Work) -> StoryResult {
    let (started, has_started) = bounded(1);
    let count = u32::try_from(work.urls.len())?;
    let long = work.each * count + Duration::from_secs(1);
    let named = || Builder::new().name("Thread_1".to_owned());
    let _not_joined = named().spawn(move || thread_run(&work, &started))?;
    has_started.recv()?;
    let pause = named().spawn(move || sleep(long))?;
    pause.join().map_err(|_| "it only sleeps")?;
    Ok(())
}
