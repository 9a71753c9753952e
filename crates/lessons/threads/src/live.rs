//! The list of the threads that are alive: Python's `threading.enumerate()`.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

static LIVE: Mutex<Vec<(u64, String)>> = Mutex::new(Vec::new());
static NEXT: AtomicU64 = AtomicU64::new(0);

/// The names of the threads that are alive, in the order in which they were started.
///
/// The main thread is always the first. A thread that this crate starts is in the list from
/// before [`start`](crate::start) returns until it has ended; a thread started by bare
/// `std::thread` is not in it, because std keeps no list.
#[must_use]
pub fn live() -> Vec<String> {
    let mut names = vec!["MainThread".to_owned()];
    names.extend(list().iter().map(|(_, name)| name.clone()));
    names
}

/// An entry in the list, which stays as long as this value lives.
///
/// The starting thread makes it, and it moves with the new thread's function. So it is removed in
/// every case: when the function returns, when it panics, and when the system refuses to start the
/// thread and the function is dropped unused.
#[derive(Debug)]
pub(crate) struct Entry(u64);

impl Entry {
    pub(crate) fn new(name: &str) -> Self {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        list().push((number, name.to_owned()));
        Self(number)
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        list().retain(|&(number, _)| number != self.0);
    }
}

fn list() -> MutexGuard<'static, Vec<(u64, String)>> {
    // No holder of this lock leaves the list half changed, even if it panics.
    LIVE.lock().unwrap_or_else(PoisonError::into_inner)
}
