//! Wrong on purpose (B17, B19): the reader is killed as soon as the writers have ended.
//!
//! The notes say that a reader that loops for ever can only be ended by force. Then what it has
//! not read is lost: here it takes 20 ms for each url, and the writers do not wait. Right:
//! `main.rs`, where the reader ends by itself when the last sender has gone.

use std::process::ExitCode;
use std::thread::sleep;
use std::time::Duration;

use common::{Lesson, StoryResult, pid, say};
use ipc_queue::{PutError, Receiver, Sender, unbounded};
use multiprocess::Process;

fn main() -> ExitCode {
    let about = "wrong on purpose: the reader is killed with items unread (1.4.1, B17)";
    Lesson::new(env!("CARGO_PKG_NAME"), env!("CARGO_BIN_NAME"), about).run(story)
}

fn story() -> StoryResult {
    let (sender, receiver) = unbounded()?;
    let counter = receiver.try_clone()?;
    let writer = Process::start("writer", move || write_urls(&sender))?;
    let reader = Process::start("reader", move || read_urls(&receiver))?;
    writer.join()?;
    // The mistake: that everything was put does not mean that everything was got.
    reader.terminate()?;
    drop(reader);
    say!("{} urls are still in the queue.", counter.len());
    Ok(())
}

fn write_urls(queue: &Sender<String>) -> Result<(), PutError<String>> {
    say!("Process ({}) is writing...", pid());
    for number in 1..=6 {
        queue.put(format!("url_{number}"))?;
        say!("Put url_{number} to queue...");
    }
    Ok(())
}

fn read_urls(queue: &Receiver<String>) {
    say!("Process ({}) is reading...", pid());
    while let Ok(url) = queue.get() {
        sleep(Duration::from_millis(20));
        say!("Get {url} from queue.");
    }
}
