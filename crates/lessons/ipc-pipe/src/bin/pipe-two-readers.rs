//! Mistake B24: two readers on one end of a pipe.
//!
//! A message is a length and then bytes, which takes two reads. When two processes read without a
//! lock, one gets the length and the other gets the bytes, and from then on neither knows where a
//! message begins. The pause makes this happen in every run. Right: one reader, as a `Receiver` cannot
//! be cloned; or a queue (`ipc-queue`), where each word goes to any one of the readers.

use std::io::{self, ErrorKind, Read};
use std::process::ExitCode;
use std::thread::sleep;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use common::{frame, pid, say};
use lesson::{Lesson, Operands, StoryResult};
use multiprocess::{Exit, Fork, PipeEnd, exit_now, fork, pipe, wait};
use nix::unistd::Pid;

fn main() -> ExitCode {
    let about = "1.4.2 Mistake B24: two readers on one end tear the messages";
    let words = Operands {
        name: "WORD...",
        help: "the words to send (one two three four five six seven eight)",
        most: 100,
    };
    Lesson::new(env!("CARGO_PKG_NAME"), env!("CARGO_BIN_NAME"), about).run_with(words, story)
}

fn story(words: Vec<String>) -> StoryResult {
    if words.is_empty() {
        let words = [
            "one", "two", "three", "four", "five", "six", "seven", "eight",
        ];
        return share(&words.map(str::to_owned));
    }
    share(&words)
}

/// Should write the words into a pipe. Two children print them, each word as it comes out: one prints the
/// first, third, fifth and so on, the other one the rest, up to the end of the stream. (Their lines may be
/// mixed.) Returns an error when one of them has failed.
fn share(words: &[String]) -> StoryResult {
    let (reading_end, writing_end) = pipe()?;
    let mut readers = Vec::new();
    for name in ["reader 1", "reader 2"] {
        match fork(name)? {
            Fork::Parent { child } => readers.push(child),
            Fork::Child => {
                drop(writing_end);
                // The mistake: the other child reads from the same end.
                exit_now(print_all(&reading_end));
            }
        }
    }
    drop(reading_end);
    write_all(&writing_end, words)?;
    drop(writing_end);
    join_all(&readers)
}

/// Each word ends with the time at which it was written, so that the exercise's check can
/// distinguish a received word from one that was only printed.
fn write_all(pipe: &PipeEnd, words: &[String]) -> StoryResult {
    for word in words {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)?
            .subsec_micros();
        let word = format!("{word}@{now}");
        say!("Process ({}) writes \"{word}\"", pid());
        frame::write(pipe, word.as_bytes())?;
    }
    Ok(())
}

/// Prints the words up to the end of the stream, and returns an exit code.
fn print_all(pipe: &PipeEnd) -> i32 {
    loop {
        match read_word(pipe) {
            Ok(Some(word)) => print(&word),
            Ok(None) => return 0,
            Err(_) => return 1,
        }
    }
}

fn print(word: &str) {
    say!("Process ({}) took \"{word}\"", pid());
}

/// Reads the next word; returns `None` at the end of the stream. The pause lets another reader come
/// in between the two reads.
fn read_word(mut pipe: &PipeEnd) -> io::Result<Option<String>> {
    let mut length = [0; 4];
    match pipe.read_exact(&mut length) {
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(None),
        read => read?,
    }
    sleep(Duration::from_millis(5));
    let length = u32::from_le_bytes(length);
    // No word is that long, so these bytes were not a length.
    let length = if length > 2000 { 12 } else { length };
    let mut word = vec![0; length as usize];
    let got = pipe.read(&mut word)?;
    Ok(Some(word[..got].escape_ascii().to_string()))
}

/// Waits for all children. Returns an error when one of them has failed.
fn join_all(children: &[Pid]) -> StoryResult {
    let mut failed = 0;
    for &child in children {
        failed += u32::from(wait(child)? != Exit::Code(0));
    }
    match failed {
        0 => Ok(()),
        _ => Err(format!("{failed} of the readers failed").into()),
    }
}
