//! 1.4.2 again, on the kernel's own pipe(2): what `Sender`, `Receiver` and `Process` do for `main.rs`.
//!
//! The kernel's pipe carries bytes, not messages, so the program writes a length before each
//! message. And `fork` copies every open end: `read` reports the end of the stream only when the
//! *last* copy of the writing end is closed, so each process closes the end that it does not use
//! (`--bin pipe-forgotten-end` shows what happens otherwise).
//!
//! It fails with a second reader (each could get half a message) or a forgotten `drop`; of
//! a child's error the parent sees only exit code 1. Next: `frame.rs`; then `src/tiny.rs`.

use std::io;
use std::process::ExitCode;
use std::time::Duration;

use common::{frame, pause, pid, say};
use lesson::{Lesson, StoryResult};
use multiprocess::{Exit, Fork, PipeEnd, exit_now, fork, pipe, wait}; // The system calls, recorded.

fn main() -> ExitCode {
    let about = "1.4.2 Pipe on pipe(2), fork(2), close(2) and waitpid(2)";
    Lesson::new(env!("CARGO_PKG_NAME"), env!("CARGO_BIN_NAME"), about).run(story)
}

fn story() -> StoryResult {
    let (reading_end, writing_end) = pipe()?;
    let sender = match fork("sender")? {
        Fork::Parent { child } => child,
        Fork::Child => {
            drop(reading_end);
            exit_now(code_of(send_urls(&writing_end)));
        }
    };
    let receiver = match fork("receiver")? {
        Fork::Parent { child } => child,
        Fork::Child => {
            drop(writing_end);
            exit_now(code_of(recv_urls(&reading_end)));
        }
    };
    // The parent closes its copies, too: with its writing end open, the receiver would wait forever.
    drop((reading_end, writing_end));
    let mut ended = Ok(());
    for child in [sender, receiver] {
        match wait(child)? {
            Exit::Code(0) => {}
            exit => ended = Err(format!("child process {child}: {exit}").into()),
        }
    }
    ended
}

fn send_urls(pipe: &PipeEnd) -> io::Result<()> {
    for number in 0..10 {
        let url = format!("url_{number}");
        say!("Process ({}) send: {url}", pid());
        frame::write(pipe, url.as_bytes())?;
        pause(Duration::from_secs(1));
    }
    Ok(())
}

fn recv_urls(pipe: &PipeEnd) -> io::Result<()> {
    // A message of more than 4096 bytes is an error.
    while let Some(url) = frame::read(pipe, 4096)? {
        let url = String::from_utf8_lossy(&url);
        say!("Process ({}) recv: {url}", pid());
        pause(Duration::from_secs(1));
    }
    Ok(())
}

fn code_of(result: io::Result<()>) -> i32 {
    i32::from(result.is_err())
}
