//! 1.4.2 of the notes: one process sends ten urls, another one receives them.

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use common::{pause, pid, say};
use ipc_pipe::{Receiver, SendError, Sender, pipe};
use lesson::{Lesson, StoryResult}; // The command line of every lesson; a story: what a program does.
use multiprocess::Process;

fn main() -> ExitCode {
    let about = "1.4.2 Pipe: one process sends ten urls, another one receives them";
    Lesson::new(env!("CARGO_PKG_NAME"), env!("CARGO_BIN_NAME"), about).run(story)
}

fn story() -> StoryResult {
    let (sender, receiver) = pipe()?;
    // `move` gives each child one end, and the child keeps no other. The parent then has none, so
    // the pipe ends when the sender ends. `join` returns the child's error, if there is one.
    let sending = Process::start("sender", move || send_urls(&sender))?;
    let receiving = Process::start("receiver", move || recv_urls(&receiver))?;
    sending.join()?;
    receiving.join()?;
    Ok(())
}

fn send_urls(pipe: &Sender<String>) -> Result<(), SendError<String>> {
    for number in 0..10 {
        let url = format!("url_{number}");
        say!("Process ({}) send: {url}", pid());
        pipe.send(url)?;
        pause(Duration::from_secs(1)); // A random time of up to 1 s.
    }
    Ok(())
}

fn recv_urls(pipe: &Receiver<String>) -> Result<(), Box<dyn Error>> {
    // Ends at the end of the stream: the sender is gone, and every message has been received.
    for url in pipe.iter() {
        say!("Process ({}) recv: {}", pid(), url?);
        pause(Duration::from_secs(1));
    }
    Ok(())
}
