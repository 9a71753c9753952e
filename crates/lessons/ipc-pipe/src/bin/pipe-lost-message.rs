//! Mistake B22: the receiver is killed with messages still in the pipe.
//!
//! The notes join the sender and then terminate the receiver, which loses one to five of ten
//! messages in more than half of all runs; their own output ends with `send: url_9` and has no
//! `recv: url_9`. Here the receiver takes 5 ms for each message, so some are lost in every run.
//! Right: `main.rs`, where the receiver ends at the end of the stream.

use std::process::ExitCode;
use std::thread::sleep;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use common::{pid, say};
use ipc_pipe::{Receiver, SendError, Sender, pipe};
use lesson::{Lesson, Operands, StoryResult};
use multiprocess::Process;

fn main() -> ExitCode {
    let about = "1.4.2 Mistake B22: a killed receiver loses the last messages";
    let urls = Operands {
        name: "URL...",
        help: "the urls to send (url_0 to url_9)",
        most: 100,
    };
    Lesson::new(env!("CARGO_PKG_NAME"), env!("CARGO_BIN_NAME"), about).run_with(urls, story)
}

fn story(urls: Vec<String>) -> StoryResult {
    if urls.is_empty() {
        return send_and_receive((0..10).map(|number| format!("url_{number}")).collect());
    }
    send_and_receive(urls)
}

/// Should send the urls from one child to another, and return when all have been received. Returns
/// an error when one of the children has failed.
fn send_and_receive(urls: Vec<String>) -> StoryResult {
    let (sender, receiver) = pipe()?;
    let sending = Process::start("sender", move || send_urls(&sender, urls))?;
    let receiving = Process::start("receiver", move || recv_urls(&receiver))?;
    sending.join()?;
    // The mistake: everything has been sent, but not everything has been received.
    receiving.terminate()?;
    Ok(())
}

/// Each url ends with the time at which it was sent, so that the exercise's check can distinguish a
/// received url from one that was only printed.
fn send_urls(pipe: &Sender<String>, urls: Vec<String>) -> Result<(), SendError<String>> {
    for url in urls {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let url = format!("{url}@{}", now.unwrap_or_default().subsec_micros());
        say!("Process ({}) send: {url}", pid());
        pipe.send(url)?;
        sleep(Duration::from_millis(2));
    }
    Ok(())
}

fn recv_urls(pipe: &Receiver<String>) {
    while let Ok(url) = pipe.recv() {
        sleep(Duration::from_millis(5));
        say!("Process ({}) recv: {url}", pid());
    }
}
