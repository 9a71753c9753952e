use std::fs;
use std::process::{Command, Stdio};

use common::Stat;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::waiting::{is_dead, until};

/// The pids of the children of a process, in no order. Those that have ended count until they are waited for.
///
/// # Panics
/// When /proc cannot be read.
#[must_use]
pub fn children_of(parent: i32) -> Vec<i32> {
    let all = fs::read_dir("/proc").expect("/proc can be read").flatten();
    let children = all.filter_map(|process| {
        let pid = process.file_name().to_str()?.parse().ok()?;
        (Stat::read(&process.path())?.parent == parent).then_some(pid)
    });
    children.collect()
}

/// Runs a program that forks `count` children and waits for them, and kills one of them. Checks that the
/// program fails, and that none of the others still runs when it has ended.
///
/// # Panics
/// When the program succeeds, hangs, or ends before its children.
#[track_caller]
pub fn assert_waits_for_all(program: &str, count: usize) {
    let mut command = Command::new(program);
    // A pipe would be open until the last child has ended, and a wait for its end would hide those.
    let command = command.stdout(Stdio::null()).stderr(Stdio::null());
    let mut started = command.spawn().expect("the program starts");
    let pid = started.id().cast_signed();
    until("its children run", || children_of(pid).len() == count);
    let children = children_of(pid);
    kill(Pid::from_raw(children[0]), Signal::SIGKILL).expect("the child is not waited for yet");
    until("it ends", || {
        started.try_wait().expect("it is ours").is_some()
    });
    let left = children.iter().filter(|pid| !is_dead(pid.cast_unsigned()));
    let left: Vec<_> = left.collect();
    assert!(
        left.is_empty(),
        "{program} has left {left:?} of {children:?}"
    );
    let status = started.wait().expect("it has ended");
    assert_eq!(status.code(), Some(1), "one of its children was killed");
}
