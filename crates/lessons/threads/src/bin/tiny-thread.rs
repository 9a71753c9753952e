//! 2.1 with a handle in one file: a std thread, and a channel for its result.
//!
//! ```text
//!   MainThread    start: channel, spawn ......... join: receive
//!                                 \                  ^
//!   Thread_1                      function(), send its result
//! ```
//!
//! std's own handle can do this, too. It is left aside here, to show that a join is a wait for a message.
//!
//! Only the thread owns the sending end. If the function panics, that end is dropped unused, and `recv`
//! is an error: `join` learns that no result will come, but not the text of the panic.
//!
//! It fails when a handle is dropped (MainThread may end, and with it the process and all its threads),
//! when the destructor of a thread-local takes long (`join` returns before the thread has ended), or when
//! you need the text of a panic. Next: `handle.rs`, over std's handle, which solves all three.
//!
//! Try: call `panic!("no")` instead of `walk` in one of the two closures.

use std::process::ExitCode;
use std::sync::mpsc::{Receiver, channel};
use std::{io, thread::Builder, time::Duration};

use common::{pause, say, thread_name};
use lesson::{Lesson, StoryResult};

fn main() -> ExitCode {
    let about = "2.1 A thread's handle as a channel for its result, in one file";
    Lesson::new(env!("CARGO_PKG_NAME"), env!("CARGO_BIN_NAME"), about).run(story)
}

fn story() -> StoryResult {
    let first = Thread::start("Thread_1", || walk(["url_1", "url_2", "url_3"]))?;
    let second = Thread::start("Thread_2", || walk(["url_4", "url_5", "url_6"]))?;
    for thread in [first, second] {
        let name = thread.name.clone();
        say!("{name} has walked through {} addresses.", thread.join()?);
    }
    say!("{} ended.", thread_name());
    Ok(())
}

fn walk(urls: [&str; 3]) -> usize {
    for url in urls {
        say!("{}---->>> {url}", thread_name());
        pause(Duration::from_secs(1));
    }
    urls.len()
}

/// A started thread, and the channel from which its result is received.
struct Thread<T> {
    name: String,
    result: Receiver<T>,
}

impl<T: Send + 'static> Thread<T> {
    fn start(name: &str, function: impl FnOnce() -> T + Send + 'static) -> io::Result<Self> {
        let (sender, result) = channel();
        let name = name.to_owned();
        let run = move || {
            // If this fails, the handle was dropped, and the result is not needed.
            let _sent = sender.send(function());
        };
        Builder::new().name(name.clone()).spawn(run)?;
        Ok(Self { name, result })
    }

    /// Blocks until the result is received; an error if the thread has panicked.
    fn join(self) -> Result<T, String> {
        let Self { name, result } = self;
        result.recv().map_err(|_| format!("{name} has panicked"))
    }
}
