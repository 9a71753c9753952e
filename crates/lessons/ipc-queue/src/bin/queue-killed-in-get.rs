//! A reader is killed while it waits and holds the reading lock, but the next process still gets
//! the item (B18).
//!
//! In Python the lock stays locked: an item can be put, but no process can ever get it. Here the
//! kernel knows the owner of the lock, and passes the lock on when the owner dies.

use std::process::ExitCode;
use std::time::Duration;

use common::{pid, say};
use ipc_queue::unbounded;
use lesson::{Lesson, StoryResult};
use multiprocess::Process;

/// How long an item may take: on a busy machine a process may wait for its turn for seconds.
const LIMIT: Duration = Duration::from_secs(20);

fn main() -> ExitCode {
    let about = "a reader killed inside get does not leave the queue locked (1.4.1, B18)";
    Lesson::new(env!("CARGO_PKG_NAME"), env!("CARGO_BIN_NAME"), about).run(story)
}

fn story() -> StoryResult {
    let (sender, receiver) = unbounded::<String>()?;
    let (signal, about_to_get) = unbounded::<()>()?;
    let childs = receiver.try_clone()?;
    let mut reader = Process::start("reader", move || {
        say!("Process ({}) waits for an item...", pid());
        signal.put(()).map_err(|error| error.to_string())?;
        childs.get().map_err(|error| error.to_string())
    })?;
    // The child is not killed before its line, however late it starts to run; after that it has
    // enough time to be inside get, with the lock.
    about_to_get.get_timeout(LIMIT)?;
    if reader.wait_timeout(Duration::from_millis(100))?.is_none() {
        reader.kill()?;
    }
    reader.wait()?;
    say!("Process ({}) was killed inside get.", reader.pid());
    sender.put("url_1".to_owned())?;
    say!("Put url_1 to queue...");
    let url = receiver.get_timeout(LIMIT)?;
    say!("Get {url} from queue.");
    Ok(())
}
