//! 1.4.1 with the queue in one file, `src/tiny.rs`: the pipe in one file, between two locks.
//!
//! Try: start a second reader. Each url is received once, by one of the two. Then remove the lock
//! from `get`, and sleep before `head.store` in the tiny pipe's `recv`: both receive the same url.

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use common::{pause, pid, say};
use ipc_queue::tiny::Queue;
use ipc_shared::LockError;
use lesson::{Lesson, StoryResult};
use multiprocess::Process;

fn main() -> ExitCode {
    let about = "1.4.1 Queue as a pipe between two locks, in one file";
    Lesson::new(env!("CARGO_PKG_NAME"), env!("CARGO_BIN_NAME"), about).run(story)
}

fn story() -> StoryResult {
    let queue = Queue::new()?;
    let (queue1, queue2, queue3) = (queue.clone(), queue.clone(), queue.clone());
    let writer1 = Process::start("writer1", move || {
        write_urls(&queue1, ["url_1", "url_2", "url_3"])
    })?;
    let writer2 = Process::start("writer2", move || {
        write_urls(&queue2, ["url_4", "url_5", "url_6"])
    })?;
    let reader = Process::start("reader", move || read_urls(&queue3))?;
    writer1.join()?;
    writer2.join()?;
    // Nothing more will come; the reader takes what is left and ends.
    queue.close()?;
    reader.join()?;
    Ok(())
}

fn write_urls(queue: &Queue, urls: [&str; 3]) -> Result<(), LockError> {
    say!("Process ({}) is writing...", pid());
    for url in urls {
        queue.put(url.as_bytes())?;
        say!("Put {url} to queue...");
        pause(Duration::from_secs(1));
    }
    Ok(())
}

fn read_urls(queue: &Queue) -> Result<(), Box<dyn Error>> {
    say!("Process ({}) is reading...", pid());
    while let Some(url) = queue.get()? {
        say!("Get {} from queue.", String::from_utf8(url)?);
    }
    Ok(())
}
