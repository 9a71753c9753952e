//! The list of this process's children.

use std::os::fd::AsFd;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use nix::unistd::Pid;

use crate::End;
use crate::readable::wait_readable;

/// A child of this process that runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActiveChild {
    /// The name it was started with.
    pub name: String,
    /// Its process id.
    pub pid: u32,
}

/// Each child with its pidfd, which becomes readable when the child ends.
static CHILDREN: Mutex<Vec<(ActiveChild, Arc<End>)>> = Mutex::new(Vec::new());

fn children() -> MutexGuard<'static, Vec<(ActiveChild, Arc<End>)>> {
    CHILDREN.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(crate) fn list(name: &str, pid: Pid, pidfd: &Arc<End>) {
    let child = ActiveChild {
        name: name.to_owned(),
        pid: pid.as_raw().cast_unsigned(),
    };
    children().push((child, Arc::clone(pidfd)));
}

pub(crate) fn unlist(pidfd: &Arc<End>) {
    children().retain(|(_, its)| !Arc::ptr_eq(its, pidfd));
}

/// Empties the list. Called in a new child: the children of its parent are not its own.
pub(crate) fn forget_all() {
    children().clear();
}

/// The running children of this process that were started as a `Process` of `multiprocess`, or by a
/// zygote. A child that has ended is left out, even if it has not been waited for.
#[must_use]
pub fn active_children() -> Vec<ActiveChild> {
    let runs = |(child, pidfd): &(ActiveChild, Arc<End>)| {
        let ended = wait_readable(&[pidfd.as_fd()], Some(Instant::now()));
        (!matches!(ended, Ok(Some(ends)) if ends == [true])).then(|| child.clone())
    };
    children().iter().filter_map(runs).collect()
}
