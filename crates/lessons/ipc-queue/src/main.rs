//! 1.4.1 of the notes: two processes write three urls each, and one reads them all.

use std::error::Error;
use std::{process::ExitCode, time::Duration};

use common::{pause, pid, say};
use ipc_queue::{PutError, Receiver, Sender, unbounded};
use lesson::{Lesson, StoryResult}; // `Lesson` is the command line; the story is what the program does.
use multiprocess::Process;

fn main() -> ExitCode {
    let about = "1.4.1 Queue: two processes write three urls each, and one reads them all";
    Lesson::new(env!("CARGO_PKG_NAME"), env!("CARGO_BIN_NAME"), about).run(story)
}

fn story() -> StoryResult {
    let (sender, receiver) = unbounded()?;
    let (sender1, sender2) = (sender.try_clone()?, sender.try_clone()?);
    let writer1 = Process::start("writer1", move || {
        write_urls(&sender1, ["url_1", "url_2", "url_3"])
    })?;
    let writer2 = Process::start("writer2", move || {
        write_urls(&sender2, ["url_4", "url_5", "url_6"])
    })?;
    let reader = Process::start("reader", move || read_urls(&receiver))?;
    // Close the parent's own end: while it is open, an item could still come, and the reader would wait
    // for it. (Each child has closed the ends that were not moved to it.)
    drop(sender);
    writer1.join()?;
    writer2.join()?;
    // No need to terminate the reader: it ends when the last sender has gone and the queue is empty.
    reader.join()?;
    Ok(())
}

fn write_urls(queue: &Sender<String>, urls: [&str; 3]) -> Result<(), PutError<String>> {
    say!("Process ({}) is writing...", pid());
    for url in urls {
        queue.put(url.to_owned())?;
        say!("Put {url} to queue...");
        pause(Duration::from_secs(1));
    }
    Ok(())
}

fn read_urls(queue: &Receiver<String>) -> Result<(), Box<dyn Error>> {
    say!("Process ({}) is reading...", pid());
    for url in queue.iter() {
        say!("Get {} from queue.", url?);
    }
    Ok(())
}
