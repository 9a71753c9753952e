//! Mistake B4: text that waits in a buffer is copied by `fork`, and comes out twice.
//!
//! Python's stdout does so as soon as it is no terminal; Rust's, in the middle of a line. Right:
//! `--bin fork`, where `say!` writes each line at once and the child ends with `exit_now`.
#![expect(
    clippy::disallowed_macros,
    reason = "print! and its buffer are the subject"
)]

use std::process::ExitCode;

use common::pid;
use lesson::{Lesson, StoryResult};
use multiprocess::{Fork, fork, wait};

fn main() -> ExitCode {
    let about = "1.1 Mistake B4: text left in a buffer before fork is printed twice";
    Lesson::new(env!("CARGO_PKG_NAME"), env!("CARGO_BIN_NAME"), about).run(story)
}

fn story() -> StoryResult {
    // No newline: the text stays in the buffer of std's stdout.
    print!("current Process ({}) start ... ", pid());
    match fork("child")? {
        // Both processes print a line, and with it what each has in its own copy of the buffer.
        Fork::Child => println!("I am the child ({}).", pid()),
        Fork::Parent { child } => {
            println!("I ({}) created a child process ({child}).", pid());
            wait(child)?;
        }
    }
    Ok(())
}
