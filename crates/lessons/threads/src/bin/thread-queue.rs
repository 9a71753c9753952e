//! A queue between threads: two writers put, one reader gets, as in 1.4.1 between processes.
//! The queue is crossbeam-channel's. The reader ends by itself: its stream ends when the last
//! writer has dropped its sender.

use std::process::ExitCode;
use std::time::Duration;

use common::{pause, say, thread_name};
use crossbeam_channel::{Receiver, SendError, Sender, unbounded};
use lesson::{Lesson, StoryResult};
use threads::start;

type Url = &'static str;

fn main() -> ExitCode {
    Lesson::new(
        env!("CARGO_PKG_NAME"),
        env!("CARGO_BIN_NAME"),
        "2.1 A queue between threads: two writers, one reader, and an end of the stream",
    )
    .run(story)
}

fn story() -> StoryResult {
    let (sender, receiver) = unbounded();
    let sender_too = sender.clone();
    let first = start("Writer_1", || write(sender, ["url_1", "url_2", "url_3"]))?;
    let second = start("Writer_2", || {
        write(sender_too, ["url_4", "url_5", "url_6"])
    })?;
    let reader = start("Reader", move || read(&receiver))?;
    first.join()??;
    second.join()??;
    say!("Reader got {} urls.", reader.join()?);
    Ok(())
}

/// Takes the sender by value, so it is dropped, and thereby closed, after the last url.
fn write(queue: Sender<Url>, urls: [Url; 3]) -> Result<(), SendError<Url>> {
    say!("{} is writing...", thread_name());
    for url in urls {
        // Printed first: after `send`, the reader's line could overtake this one.
        say!("Put {url} to queue...");
        queue.send(url)?;
        pause(Duration::from_secs(1));
    }
    Ok(())
}

fn read(queue: &Receiver<Url>) -> usize {
    say!("{} is reading...", thread_name());
    queue
        .iter()
        .inspect(|url| say!("Get {url} from queue."))
        .count()
}
