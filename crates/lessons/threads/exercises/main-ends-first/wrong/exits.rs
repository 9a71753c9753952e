// refused: the thread ends the process when it is done.
fn start_thread(work: Work) -> StoryResult {
    let (started, has_started) = bounded(1);
    let _not_joined = Builder::new().name("Thread_1".to_owned()).spawn(move || {
        thread_run(&work, &started);
        say!("MainThread ended.");
        std::process::exit(0);
    })?;
    has_started.recv()?;
    loop {
        std::thread::park();
    }
}
