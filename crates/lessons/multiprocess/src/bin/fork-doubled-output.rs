//! Mistake B4: text that waits in a buffer is copied by `fork`, and comes out twice.
//!
//! Python's stdout keeps text in a buffer unless it is a terminal; Rust's, only in the middle of a
//! line. Right: `--bin fork`, where `say!` writes each line at once and the child ends with `exit_now`.

use std::fmt::Arguments;
use std::io::{self, Write};
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
    print(format_args!("current Process ({}) start ... ", pid()));
    match fork("child")? {
        // Each process prints a line, and before it the text in its own copy of the buffer.
        Fork::Child => print(format_args!("I am the child ({}).\n", pid())),
        Fork::Parent { child } => {
            let me = pid();
            print(format_args!(
                "I ({me}) created a child process ({child}).\n"
            ));
            wait(child)?;
        }
    }
    Ok(())
}

/// Prints like std's `print!`, but does not panic when it cannot write: the text then stays in the
/// buffer, and at the end of the run it is written again, or the failure is reported.
fn print(text: Arguments<'_>) {
    let _reported_at_the_end = io::stdout().write_fmt(text);
}
