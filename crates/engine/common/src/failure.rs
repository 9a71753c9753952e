//! The first failure to write a line or an event: the run goes on, and reports it at its end.

use std::sync::Mutex;

static FIRST: Mutex<Option<String>> = Mutex::new(None);

/// Keeps the failure, if it is the first one.
pub(crate) fn keep(message: String) {
    if let Ok(mut first) = FIRST.lock() {
        first.get_or_insert(message);
    }
}

/// Takes the first failure, if there was one: a child process sends it to its parent.
pub fn take() -> Option<String> {
    FIRST.lock().ok()?.take()
}
