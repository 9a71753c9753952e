//! 2.1.1: two threads, each made from a function, walk through three addresses each.

use std::process::ExitCode;
use std::time::Duration;

use common::{pause, say, thread_name};
use lesson::{Lesson, StoryResult}; // `Lesson` is the command line; the story is what the program does.
use threads::start;

fn main() -> ExitCode {
    Lesson::new(
        env!("CARGO_PKG_NAME"),
        env!("CARGO_BIN_NAME"),
        "2.1.1 Threads from a function: each is named, started and joined",
    )
    .run(story)
}

fn story() -> StoryResult {
    say!("{} is running...", thread_name());
    let first = start("Thread_1", || thread_run(&["url_1", "url_2", "url_3"]))?;
    let second = start("Thread_2", || thread_run(&["url_4", "url_5", "url_6"]))?;
    first.join()?;
    second.join()?;
    say!("{} ended.", thread_name());
    Ok(())
}

fn thread_run(urls: &[&str]) {
    say!("Current {} is running...", thread_name());
    for url in urls {
        say!("{}---->>> {url}", thread_name());
        pause(Duration::from_secs(1));
    }
    say!("{} ended.", thread_name());
}
