//! Mistake B4: text that waits in a buffer is copied by `fork`, and comes out twice.
//!
//! Python's stdout does so as soon as it is no terminal; Rust's, in the middle of a line. Right:
//! `--bin fork`, where `say!` writes each line at once and the child ends with `exit_now`.

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
        // Both processes print a line, and with it what each has in its own copy of the buffer.
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

/// As std's `print!`, which would panic where this cannot write. The text is in the buffer then, and
/// the end of the run tries again, and reports it.
fn print(text: Arguments<'_>) {
    let _reported_at_the_end = io::stdout().write_fmt(text);
}
