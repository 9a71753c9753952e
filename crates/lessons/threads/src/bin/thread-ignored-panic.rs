//! Mistake B30: a thread fails, and the one who joins it does not look at the answer. Python's
//! `join` has no answer to look at.
//!
//! See: std's message on standard error, then "MainThread ended." and exit code 0, as if all
//! were well. Right: `src/main.rs`, where `?` behind `join` makes it one line and exit code 1.

use std::process::ExitCode;
use std::thread::Builder;

use common::{lane, say, thread_name};
use lesson::{Lesson, StoryResult};

fn main() -> ExitCode {
    Lesson::new(
        env!("CARGO_PKG_NAME"),
        env!("CARGO_BIN_NAME"),
        "2.1 Mistake B30: a thread panics and its result is not looked at; exit code 0",
    )
    .run(story)
}

fn story() -> StoryResult {
    say!("{} is running...", thread_name());
    let thread = Builder::new()
        .name("Thread_1".to_owned())
        .spawn(|| thread_run(&["url_1", "url_2", "url_3"]))?;
    let _not_looked_at = thread.join();
    say!("{} ended.", thread_name());
    Ok(())
}

fn thread_run(urls: &[&str]) {
    lane::enter(thread_name());
    for url in urls {
        say!("{}---->>> {url}", thread_name());
    }
    // One too far.
    say!("{}---->>> {}", thread_name(), urls[urls.len()]);
    say!("{} ended.", thread_name());
}
