//! The names and ids of the calling process and thread.

use std::thread;

/// The id of the calling process: `getpid(2)`.
#[must_use]
pub fn pid() -> u32 {
    std::process::id()
}

/// The id of the parent of the calling process. It changes if the parent ends first: the child then
/// gets another parent (often process 1).
#[must_use]
pub fn ppid() -> u32 {
    std::os::unix::process::parent_id()
}

/// The name of the calling thread; the first thread is `MainThread`, as in the notes.
#[must_use]
pub fn thread_name() -> String {
    let thread = thread::current();
    match thread.name() {
        Some("main") => "MainThread".to_owned(),
        Some(name) => name.to_owned(),
        None => format!("{:?}", thread.id()),
    }
}
