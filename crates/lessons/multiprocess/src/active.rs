//! The list of children.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// A child of this process that has not been waited for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActiveChild {
    /// The name it was started with.
    pub name: String,
    /// Its process id.
    pub pid: u32,
}

static CHILDREN: Mutex<Vec<ActiveChild>> = Mutex::new(Vec::new());

/// The list itself.
pub(crate) fn children() -> MutexGuard<'static, Vec<ActiveChild>> {
    CHILDREN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The children that were started with [`Process::start`](crate::Process::start) and have not been waited for yet.
#[must_use]
pub fn active_children() -> Vec<ActiveChild> {
    children().clone()
}
