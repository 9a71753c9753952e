// deadlock: it waits before it looks at the flag: the thread may have ended before.
use std::sync::{Arc, Condvar, Mutex};

fn run_thread(name: &str, work: impl FnOnce() + Send + 'static) -> StoryResult {
    let pair = Arc::new((Mutex::new(false), Condvar::new()));
    let theirs = Arc::clone(&pair);
    let thread = Builder::new().name(name.to_owned()).spawn(move || {
        let ended = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
        *theirs.0.lock().unwrap() = true;
        theirs.1.notify_all();
        if let Err(panic) = ended {
            std::panic::resume_unwind(panic);
        }
    })?;
    let guard = pair.0.lock().unwrap();
    drop(pair.1.wait(guard).unwrap());
    thread.join().map_err(|_| format!("{name} panicked").into())
}
