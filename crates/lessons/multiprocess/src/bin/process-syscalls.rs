//! 1.2 once more, on the bare system calls: what `Process` does for `main.rs`.
//!
//! Missing here, and the reason for `Process`: a result, an error's text, the ends of pipes that
//! a child must not keep, and an end for the children when the parent dies.

use std::process::ExitCode;

use common::{pid, say};
use nix::libc;
use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::{ForkResult, fork};
use timeline::{Lesson, StoryResult};

fn main() -> ExitCode {
    let about = "1.2 Process on fork(2), _exit(2) and waitpid(2): five children, each waited for";
    Lesson::new(env!("CARGO_PKG_NAME"), env!("CARGO_BIN_NAME"), about).run(story)
}

fn story() -> StoryResult {
    say!("Parent Process {}.", pid());
    let mut children = Vec::new();
    for number in 0..5 {
        say!("Process will start");
        // SAFETY: this program has started no thread.
        match unsafe { fork() }? {
            ForkResult::Parent { child } => children.push(child),
            ForkResult::Child => {
                say!("Child process {number} ({}) Running...", pid());
                // SAFETY: _exit takes any number and does not return.
                unsafe { libc::_exit(0) }
            }
        }
    }
    for child in children {
        match waitpid(child, None)? {
            WaitStatus::Exited(_, 0) => {}
            status => return Err(format!("child {child}: {status:?}").into()),
        }
    }
    say!("Process end.");
    Ok(())
}
