//! 1.2 with a `Process` in one file: `fork`, a pipe for the result, and `waitpid`. The function
//! that the child calls is its target.
//!
//! ```text
//!   parent    start: pipe, fork ............. join: read to the end, wait
//!                            \                  ^         ^
//!   child                     target(), write result, exit
//! ```
//!
//! It fails when the parent ends first (its children run on), when a handle is dropped
//! (the child stays a zombie), when a child runs for long (`join` has no time limit), when you need
//! an error's text (only the exit code shows that the target failed), or when the child has copies
//! of other pipes' ends (a reader of such a pipe sees no end as long as this child runs). Next:
//! `process.rs`, which handles all five (the last one for the ends of `ipc-pipe` and `ipc-queue`).

use std::error::Error;
use std::io::{Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use common::{pid, say};
use lesson::{Lesson, StoryResult};
use multiprocess::{Exit, Fork, PipeEnd, exit_now, fork, pipe, wait};
use nix::unistd::Pid;

fn main() -> ExitCode {
    let about = "1.2 Process as a fork and a pipe for the result, in one file";
    Lesson::new(env!("CARGO_PKG_NAME"), env!("CARGO_BIN_NAME"), about).run(story)
}

fn story() -> StoryResult {
    let mut children = Vec::new();
    for number in 1..=5 {
        let target = move || format!("{number} * {number} = {} by ({})", number * number, pid());
        children.push(Process::start(number.to_string(), target)?);
    }
    for child in children {
        say!("{}", child.join()?);
    }
    say!("Process end.");
    Ok(())
}

/// A child that calls one function, and the reading end of the pipe for its result.
struct Process {
    name: String,
    pid: Pid,
    result: PipeEnd,
}

impl Process {
    fn start(name: String, target: impl FnOnce() -> String) -> Result<Self, Box<dyn Error>> {
        let (result, childs) = pipe()?;
        match fork(&name)? {
            // The parent's copy of `childs` is closed here. If it stayed open, `join` would wait
            // forever for the end of the result; if a later child had a copy, until that child ended.
            Fork::Parent { child: pid } => Ok(Self { name, pid, result }),
            Fork::Child => exit_now(run(&childs, target)),
        }
    }

    /// Waits until the process ends, and returns what its target returned.
    fn join(self) -> Result<String, Box<dyn Error>> {
        let mut text = String::new();
        // Read first: a child that writes more than a pipe holds (64 KiB) ends only after this.
        (&self.result).read_to_string(&mut text)?;
        match wait(self.pid)? {
            Exit::Code(0) => Ok(text),
            exit => Err(format!("process {}: {exit}", self.name).into()),
        }
    }
}

/// Calls the target in the child and writes its result; returns the child's exit code.
fn run(mut result: &PipeEnd, target: impl FnOnce() -> String) -> i32 {
    // If a panic left this function, the child would go on in the parent's code, in `story`.
    match catch_unwind(AssertUnwindSafe(target)) {
        Ok(text) => i32::from(result.write_all(text.as_bytes()).is_err()),
        Err(_) => 101, // as of a Rust program that panics
    }
}
