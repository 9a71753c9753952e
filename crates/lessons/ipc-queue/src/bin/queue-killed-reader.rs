//! Mistake B17, B19: the reader is killed, with items unread, when the writer has ended.
//!
//! The notes say that a reader that loops forever can only be ended by force. But then the items
//! that it has not read are lost: here it takes 20 ms for each url, and the writer does not wait for
//! it. Right: `main.rs`, where the reader ends by itself when the last sender has gone.

use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::sleep;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use common::{pid, say};
use ipc_queue::{PutError, Receiver, Sender, unbounded};
use ipc_shared::AtomicValue;
use lesson::{Lesson, Operands, StoryResult};
use multiprocess::Process;

fn main() -> ExitCode {
    let about = "1.4.1 Mistake B17: the reader is killed with items unread";
    let urls = Operands {
        name: "URL...",
        help: "the urls to put into the queue (url_1 to url_6)",
        most: 200,
    };
    Lesson::new(env!("CARGO_PKG_NAME"), env!("CARGO_BIN_NAME"), about).run_with(urls, story)
}

fn story(urls: Vec<String>) -> StoryResult {
    let urls = match urls.is_empty() {
        true => (1..=6).map(|number| format!("url_{number}")).collect(),
        false => urls,
    };
    let put = urls.len();
    let (sender, receiver) = unbounded()?;
    let (rest, got) = (
        receiver.try_clone()?,
        AtomicValue::new(AtomicUsize::new(0))?,
    );
    let done = write_and_read(sender, receiver, urls, &got);
    let (got, left) = (got.load(Ordering::Relaxed), rest.len());
    let gone = put.saturating_sub(got + left);
    say!("Put {put}, got {got}; {left} still in the queue, {gone} gone with the reader.");
    done
}

/// Starts a child that puts the urls into the queue and one that gets them. Should return when all
/// have been got and both children have ended. Returns an error when one of them has failed.
fn write_and_read(
    sender: Sender<String>,
    receiver: Receiver<String>,
    urls: Vec<String>,
    got: &AtomicValue<AtomicUsize>,
) -> StoryResult {
    let readers_got = got.clone();
    let writer = Process::start("writer", move || write_urls(&sender, urls))?;
    let reader = Process::start("reader", move || read_urls(&receiver, &readers_got))?;
    writer.join()?;
    // The mistake: it waits, by polling, for the first url only. Everything was put, but not all was got.
    for _ in 0..1000 {
        if got.load(Ordering::Relaxed) > 0 {
            break;
        }
        sleep(Duration::from_millis(1));
    }
    drop(reader); // which kills it
    Ok(())
}

/// Each url ends with the time at which it was put, so that the exercise's check can distinguish a
/// received url from one that was only printed.
fn write_urls(queue: &Sender<String>, urls: Vec<String>) -> Result<(), PutError<String>> {
    say!("Process ({}) is writing...", pid());
    for url in urls {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let url = format!("{url}@{}", now.unwrap_or_default().subsec_micros());
        let line = format!("Put {url} to queue...");
        queue.put(url)?;
        say!("{line}");
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
