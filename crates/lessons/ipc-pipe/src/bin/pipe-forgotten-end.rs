//! Mistake B23: a copy of the sending end that was never closed, so the end of the stream
//! never comes.
//!
//! `fork` copies descriptors, so the receiver has a copy of the sending end. As long as this copy
//! is open, the kernel does not report the end of the stream. Here the receiver gives up after 300
//! ms. Right: `--bin pipe-syscalls`, where each process closes the ends that it does not use; or
//! `main.rs`, where a child has only the ends that it was given.

use std::os::fd::AsFd;
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use common::{frame, pid, say};
use lesson::{Lesson, Operands, StoryResult};
use multiprocess::{Fork, PipeEnd, exit_now, fork, pipe, wait};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

fn main() -> ExitCode {
    let about = "1.4.2 Mistake B23: a forgotten copy of the sending end, and no end";
    let words = Operands {
        name: "WORD...",
        help: "the words to send (one two three), or a single - for none",
        most: 100,
    };
    Lesson::new(env!("CARGO_PKG_NAME"), env!("CARGO_BIN_NAME"), about).run_with(words, story)
}

fn story(words: Vec<String>) -> StoryResult {
    if words.is_empty() {
        return talk(&["one", "two", "three"].map(str::to_owned));
    }
    let is_none = words == ["-"];
    talk(if is_none { &[] } else { &words })
}

/// Sends the words to a child, which receives them up to the end of the stream.
fn talk(words: &[String]) -> StoryResult {
    let (reading_end, writing_end) = pipe()?;
    match fork("receiver")? {
        // The mistake: the child's copy of `writing_end` stays open.
        Fork::Child => exit_now(recv_all(&reading_end)),
        Fork::Parent { child } => {
            drop(reading_end);
            send_all(&writing_end, words)?;
            drop(writing_end);
            say!("Process ({}) has closed its sending end.", pid());
            wait(child)?;
            Ok(())
        }
    }
}

/// Each word ends with the time at which it was sent, so that the exercise's check can distinguish
/// a received word from one that was only printed.
fn send_all(pipe: &PipeEnd, words: &[String]) -> StoryResult {
    for word in words {
        let now = SystemTime::now().duration_since(UNIX_EPOCH)?;
        let word = format!("{word}@{}", now.subsec_micros());
        say!("Process ({}) send: {word}", pid());
        frame::write(pipe, word.as_bytes())?;
    }
    Ok(())
}

fn recv_all(pipe: &PipeEnd) -> i32 {
    loop {
        let mut fds = [PollFd::new(pipe.as_fd(), PollFlags::POLLIN)];
        if poll(&mut fds, PollTimeout::from(300_u16)) == Ok(0) {
            say!("Process ({}) still waits: no message, and no end.", pid());
            return 0;
        }
        match frame::read(pipe, 4096) {
            Ok(Some(word)) => {
                let word = String::from_utf8_lossy(&word);
                say!("Process ({}) recv: {word}", pid());
            }
            Ok(None) => {
                say!("Process ({}) sees the end of the stream.", pid());
                return 0;
            }
            Err(error) => {
                say!("Process ({}) cannot read: {error}", pid());
                return 1;
            }
        }
    }
}
