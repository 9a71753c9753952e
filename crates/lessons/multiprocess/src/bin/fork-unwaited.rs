//! Mistake B3: a parent that does not wait for its child.
//!
//! A child that has ended stays on the kernel's list as a *zombie* until its parent waits for it. A
//! child that outlives its parent is an *orphan* and gets another process as its parent. Right:
//! `--bin fork`.

use std::fs;
use std::process::ExitCode;
use std::thread::sleep;
use std::time::Duration;

use common::{pid, ppid, say};
use lesson::{Lesson, StoryResult};
use multiprocess::{Fork, exit_now, fork};
use nix::sys::wait::{Id, WaitPidFlag, waitid};
use nix::unistd::Pid;

fn main() -> ExitCode {
    let about = "1.1 Mistake B3: a child that is not waited for, a zombie and an orphan";
    Lesson::new(env!("CARGO_PKG_NAME"), env!("CARGO_BIN_NAME"), about).run(story)
}

fn story() -> StoryResult {
    match fork("zombie")? {
        Fork::Child => exit_now(0),
        Fork::Parent { child } => show_zombie(child)?,
    }
    let parent = pid();
    match fork("orphan")? {
        Fork::Child => be_an_orphan(parent),
        Fork::Parent { child } => say!("I ({}) do not wait for child ({child}).", pid()),
    }
    Ok(())
}

fn show_zombie(child: Pid) -> StoryResult {
    // Waits until the child has ended, but leaves it on the kernel's list (WNOWAIT).
    waitid(Id::Pid(child), WaitPidFlag::WEXITED | WaitPidFlag::WNOWAIT)?;
    let status = fs::read_to_string(format!("/proc/{child}/status"))?;
    let state = status.lines().find(|line| line.starts_with("State:"));
    say!(
        "child ({child}) has ended. {}",
        state.unwrap_or("It is gone.")
    );
    Ok(())
}

fn be_an_orphan(parent: u32) -> ! {
    say!("I am child ({}) and my parent is ({parent}).", pid());
    for _ in 0..500 {
        if ppid() != parent {
            say!("My parent ({parent}) has ended; now it is ({}).", ppid());
            exit_now(0);
        }
        sleep(Duration::from_millis(2));
    }
    exit_now(1)
}
