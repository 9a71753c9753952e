//! 1.1 of the notes: `fork` is called once and returns twice.

use std::process::ExitCode;

use common::{pid, ppid, say};
use lesson::{Lesson, StoryResult};
use multiprocess::{Exit, Fork, exit_now, fork, wait}; // The system calls, recorded by name.

fn main() -> ExitCode {
    let about = "1.1 fork: called once, it returns twice, in the parent and in the child";
    Lesson::new(env!("CARGO_PKG_NAME"), env!("CARGO_BIN_NAME"), about).run(story)
}

fn story() -> StoryResult {
    say!("current Process ({}) start ...", pid());
    match fork("child")? {
        Fork::Child => {
            say!(
                "I am child process({}) and my parent process is ({})",
                pid(),
                ppid()
            );
            exit_now(0)
        }
        Fork::Parent { child } => {
            say!("I ({}) created a child process ({child}).", pid());
            match wait(child)? {
                Exit::Code(0) => Ok(()),
                exit => Err(format!("child process ({child}): {exit}").into()),
            }
        }
    }
}
