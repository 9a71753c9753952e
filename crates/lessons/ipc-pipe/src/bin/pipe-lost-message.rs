//! Mistake B22: the receiver is killed with messages still in the pipe.
//!
//! The notes join the sender and then terminate the receiver, which loses one to five of ten
//! messages in more than half of all runs; their own output ends with `send: url_9` and has no
//! `recv: url_9`. Here the receiver takes 5 ms for each message, so some are always lost. Right:
//! `main.rs`, where the receiver ends at the end of the stream.

use std::process::ExitCode;
use std::thread::sleep;
use std::time::Duration;

use common::{pid, say};
use ipc_pipe::{Receiver, SendError, Sender, pipe};
use lesson::{Lesson, StoryResult};
use multiprocess::Process;

fn main() -> ExitCode {
    let about = "1.4.2 Mistake B22: a killed receiver loses the last messages";
    Lesson::new(env!("CARGO_PKG_NAME"), env!("CARGO_BIN_NAME"), about).run(story)
}

fn story() -> StoryResult {
    let (sender, receiver) = pipe()?;
    let sending = Process::start("sender", move || send_urls(&sender))?;
    let receiving = Process::start("receiver", move || recv_urls(&receiver))?;
    sending.join()?;
    // The mistake: that everything is sent does not mean that everything has arrived.
    receiving.terminate()?;
    Ok(())
}

fn send_urls(pipe: &Sender<String>) -> Result<(), SendError<String>> {
    for number in 0..10 {
        let url = format!("url_{number}");
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
