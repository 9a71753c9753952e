//! 1.4.2 with the pipe in one file, `src/tiny.rs`: how a pipe works, before it is made robust.
//!
//! Try: let `send_urls` count to 100, run it with `-- --pace 0.2`, and kill the receiver (`kill`
//! and its process id): the sender goes on until the ring is full, and then spins forever (Ctrl-C).
//! The library's `send` returns an error instead.

use std::process::ExitCode;
use std::time::Duration;

use common::{pause, pid, say};
use ipc_pipe::tiny::{Receiver, Sender, pipe};
use lesson::{Lesson, StoryResult};
use multiprocess::Process;

fn main() -> ExitCode {
    let about = "1.4.2 Pipe as a ring in shared memory, in one file";
    Lesson::new(env!("CARGO_PKG_NAME"), env!("CARGO_BIN_NAME"), about).run(story)
}

fn story() -> StoryResult {
    let (sender, receiver) = pipe()?;
    let sending = Process::start("sender", move || send_urls(&sender))?;
    let receiving = Process::start("receiver", move || recv_urls(&receiver))?;
    sending.join()?;
    receiving.join()?;
    Ok(())
}

fn send_urls(pipe: &Sender) {
    for number in 0..10 {
        say!("Process ({}) send: url_{number}", pid());
        pipe.send(format!("url_{number}").as_bytes());
        pause(Duration::from_secs(1));
    }
    pipe.send(b""); // The end of the stream.
}

fn recv_urls(pipe: &Receiver) {
    while let Some(url) = pipe.recv() {
        say!(
            "Process ({}) recv: {}",
            pid(),
            String::from_utf8_lossy(&url)
        );
        pause(Duration::from_secs(1));
    }
}
