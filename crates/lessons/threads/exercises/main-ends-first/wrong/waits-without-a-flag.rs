// deadlock at quick: it waits for a notification without a look at a flag: the thread may have ended before.
use std::sync::{Arc, Condvar, Mutex};

fn start_thread(work: Work) -> StoryResult {
    let pair = Arc::new((Mutex::new(()), Condvar::new()));
    let theirs = Arc::clone(&pair);
    let (started, has_started) = bounded(1);
    Builder::new().name("Thread_1".to_owned()).spawn(move || {
        thread_run(&work, &started);
        theirs.1.notify_all();
    })?;
    has_started.recv()?;
    let guard = pair.0.lock().unwrap();
    let _guard = pair.1.wait(guard).unwrap();
    Ok(())
}
