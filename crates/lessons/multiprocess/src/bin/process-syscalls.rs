//! 1.2 again, on the bare system calls: what `Process` does for `main.rs`.
//!
//! Missing here, and done by `Process`: to return a child's result or the text of its error, to leave it
//! only those ends of the pipes of `ipc-pipe` and `ipc-queue` that it was given, and to end it when the
//! parent dies. Next: `src/bin/tiny-process.rs`.

use std::process::ExitCode;

use common::{pid, say};
use lesson::{Lesson, StoryResult};
use multiprocess::{Exit, Fork, exit_now, fork, wait}; // The system calls, recorded by name.

fn main() -> ExitCode {
    let about = "1.2 Process on fork(2), _exit(2) and waitpid(2): five children, each waited for";
    Lesson::new(env!("CARGO_PKG_NAME"), env!("CARGO_BIN_NAME"), about).run(story)
}

fn story() -> StoryResult {
    say!("Parent Process {}.", pid());
    let mut children = Vec::new();
    for number in 0..5 {
        say!("Process will start");
        match fork(&number.to_string())? {
            Fork::Parent { child } => children.push(child),
            Fork::Child => {
                say!("Child process {number} ({}) Running...", pid());
                exit_now(0)
            }
        }
    }
    let mut ended: StoryResult = Ok(());
    for child in children {
        match wait(child)? {
            Exit::Code(0) => {}
            exit => ended = Err(format!("child {child}: {exit}").into()),
        }
    }
    ended?;
    say!("Process end.");
    Ok(())
}
