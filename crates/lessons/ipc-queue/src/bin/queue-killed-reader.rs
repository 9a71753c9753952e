//! Mistake B17, B19: the reader is killed as soon as the writers have ended.
//!
//! The notes say that a reader that loops forever can only be ended by force. Then what it has
//! not read is lost: here it takes 20 ms for each url, and the writers do not wait. Right:
//! `main.rs`, where the reader ends by itself when the last sender has gone.

use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::sleep;
use std::time::Duration;

use common::{pid, say};
use ipc_queue::{PutError, Receiver, Sender, unbounded};
use ipc_shared::AtomicValue;
use lesson::{Lesson, StoryResult};
use multiprocess::Process;

const URLS: usize = 6;

fn main() -> ExitCode {
    let about = "1.4.1 Mistake B17: the reader is killed with items unread";
    Lesson::new(env!("CARGO_PKG_NAME"), env!("CARGO_BIN_NAME"), about).run(story)
}

fn story() -> StoryResult {
    let (sender, receiver) = unbounded()?;
    let (rest, got) = (
        receiver.try_clone()?,
        AtomicValue::new(AtomicUsize::new(0))?,
    );
    let readers_got = got.clone();
    let writer = Process::start("writer", move || write_urls(&sender))?;
    let reader = Process::start("reader", move || read_urls(&receiver, &readers_got))?;
    writer.join()?;
    for _ in 0..1000 {
        if got.load(Ordering::Relaxed) > 0 {
            break;
        }
        sleep(Duration::from_millis(1));
    }
    // The mistake: that everything was put does not mean that everything was got.
    drop(reader); // which kills it
    let (got, left) = (got.load(Ordering::Relaxed), rest.len());
    let gone = URLS - got - left;
    say!("Put {URLS}, got {got}; {left} still in the queue, {gone} gone with the reader.");
    Ok(())
}

fn write_urls(queue: &Sender<String>) -> Result<(), PutError<String>> {
    say!("Process ({}) is writing...", pid());
    for number in 1..=URLS {
        queue.put(format!("url_{number}"))?;
        say!("Put url_{number} to queue...");
    }
    Ok(())
}

fn read_urls(queue: &Receiver<String>, got: &AtomicUsize) {
    say!("Process ({}) is reading...", pid());
    while let Ok(url) = queue.get() {
        sleep(Duration::from_millis(20));
        say!("Get {url} from queue.");
        got.fetch_add(1, Ordering::Relaxed);
    }
}
