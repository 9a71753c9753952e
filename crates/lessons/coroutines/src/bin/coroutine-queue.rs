//! 3: a queue between two tasks that holds at most two items: putting waits while it is full,
//! getting waits while it is empty. It is smol's own `channel`.

use std::process::ExitCode;

use common::say;
use coroutines::{joinall, run, spawn};
use lesson::{Lesson, StoryResult};
use smol::channel::{self, Receiver, Sender};

fn main() -> ExitCode {
    Lesson::new(
        env!("CARGO_PKG_NAME"),
        env!("CARGO_BIN_NAME"),
        "3 Coroutines: a queue of two between two tasks",
    )
    .run(story)
}

fn story() -> StoryResult {
    let (queue, out) = channel::bounded(2);
    let results = run(async {
        let writer = spawn("writer", write(queue));
        let reader = spawn("reader", read(out));
        joinall(vec![writer, reader]).await
    });
    for result in results {
        result?;
    }
    Ok(())
}

async fn write(queue: Sender<String>) {
    for url in ["url_1", "url_2", "url_3", "url_4", "url_5"] {
        // Waits while the queue is full; fails only if no reader is left.
        if queue.send(url.to_owned()).await.is_err() {
            return;
        }
        say!("Put {url} to queue...");
    }
    // The sender is dropped here, which ends the stream.
}

async fn read(queue: Receiver<String>) {
    while let Ok(url) = queue.recv().await {
        say!("Get {url} from queue.");
    }
}
