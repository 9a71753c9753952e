//! Mistake B24: two readers on one end of a pipe.
//!
//! A message is a length and then bytes, and two reads. When two processes read without a lock,
//! one takes the length and the other one the bytes, and both are lost from there on. The pauses
//! make it happen surely. Right: a queue (`ipc-queue`), or one reader; a `Receiver` cannot be
//! cloned.

use std::io::{self, Read};
use std::process::ExitCode;
use std::thread::sleep;
use std::time::Duration;

use common::{frame, pid, say};
use lesson::{Lesson, StoryResult};
use multiprocess::{Fork, PipeEnd, exit_now, fork, pipe, wait};

fn main() -> ExitCode {
    let about = "1.4.2 Mistake B24: two readers on one end tear the messages";
    Lesson::new(env!("CARGO_PKG_NAME"), env!("CARGO_BIN_NAME"), about).run(story)
}

fn story() -> StoryResult {
    let (reading_end, writing_end) = pipe()?;
    let mut readers = Vec::new();
    for number in 0..2 {
        match fork(&format!("reader {number}"))? {
            Fork::Parent { child } => readers.push(child),
            Fork::Child => {
                drop(writing_end);
                let read = read_all(&reading_end);
                exit_now(i32::from(read.is_err()));
            }
        }
    }
    drop(reading_end);
    for word in [
        "one", "two", "three", "four", "five", "six", "seven", "eight",
    ] {
        frame::write(&writing_end, word.as_bytes())?;
    }
    drop(writing_end);
    for reader in readers {
        wait(reader)?;
    }
    Ok(())
}

fn read_all(mut pipe: &PipeEnd) -> io::Result<()> {
    loop {
        let mut length = [0; 4];
        pipe.read_exact(&mut length)?;
        // The mistake: the other reader comes in between.
        sleep(Duration::from_millis(5));
        let length = u32::from_le_bytes(length);
        let mut word = vec![0; length.min(12) as usize];
        let got = pipe.read(&mut word)?;
        let word = word[..got].escape_ascii();
        say!(
            "Process ({}) took a length of {length}, and \"{word}\"",
            pid()
        );
        sleep(Duration::from_millis(5));
    }
}
