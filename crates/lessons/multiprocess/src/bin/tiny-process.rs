//! 1.2 on a `Process` of one file: `fork`, a pipe for the result, and `waitpid`. The function that
//! the child calls is its target.
//!
//! ```text
//!   parent    start: pipe, fork ............. join: read to the end, wait
//!                            \                  ^         ^
//!   child                     target(), write result, exit
//! ```
//!
//! It does not hold against: a parent that ends first (its children run on); a handle that is dropped
//! (the child stays a zombie); a long wait (`join` has no limit of time); an error's text (only the
//! exit code says that the target failed); ends of other pipes that the child has in its copy of
//! everything (what waits for the end of such a pipe waits forever). The next rung, `process.rs`,
//! holds against all five.

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

/// A child that calls one function, and the end of the pipe that its result comes out of.
struct Process {
    name: String,
    pid: Pid,
    result: PipeEnd,
}

impl Process {
    fn start(name: String, target: impl FnOnce() -> String) -> Result<Self, Box<dyn Error>> {
        let (result, childs) = pipe()?;
        match fork(&name)? {
            // Here the parent's copy of `childs` is closed. With it open, `join` would wait forever
            // for the end of the result; and so it would if a later child had a copy.
            Fork::Parent { child: pid } => Ok(Self { name, pid, result }),
            Fork::Child => exit_now(run(&childs, target)),
        }
    }

    /// Waits until the process ends, and returns what its target returned.
    fn join(self) -> Result<String, Box<dyn Error>> {
        let mut text = String::new();
        // First: a child with more to write than a pipe holds (64 KiB) ends only when it is read.
        (&self.result).read_to_string(&mut text)?;
        match wait(self.pid)? {
            Exit::Code(0) => Ok(text),
            exit => Err(format!("process {}: {exit}", self.name).into()),
        }
    }
}

/// All that the child does; returns its exit code.
fn run(result: &PipeEnd, target: impl FnOnce() -> String) -> i32 {
    // A panic that left this function would run the parent's code in the child.
    match catch_unwind(AssertUnwindSafe(target)) {
        Ok(text) => i32::from({ result }.write_all(text.as_bytes()).is_err()),
        Err(_) => 101,
    }
}
