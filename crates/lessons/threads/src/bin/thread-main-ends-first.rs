//! Mistake B34: no thread is joined; the process ends with its main thread. Python waits for its
//! threads at the end of the program and hides the mistake; std's `JoinHandle` does not.
//!
//! See: `url_1`, then "MainThread ended.", and never `url_2` or `url_3`. Right: `src/main.rs`,
//! or `thread-join-on-drop`.

use std::process::ExitCode;
use std::thread::{Builder, sleep};
use std::time::Duration;

use common::{lane, say, thread_name};
use crossbeam_channel::{Sender, bounded};
use lesson::{Lesson, StoryResult};

fn main() -> ExitCode {
    Lesson::new(
        env!("CARGO_PKG_NAME"),
        env!("CARGO_BIN_NAME"),
        "2.1 Mistake B34: the main thread ends first, and takes the others with it",
    )
    .run(story)
}

fn story() -> StoryResult {
    say!("{} is running...", thread_name());
    let (started, has_started) = bounded(1);
    let _not_joined = Builder::new()
        .name("Thread_1".to_owned())
        .spawn(move || thread_run(&started))?;
    has_started.recv()?;
    say!("{} ended.", thread_name());
    Ok(())
}

fn thread_run(started: &Sender<()>) {
    lane::enter(thread_name());
    for url in ["url_1", "url_2", "url_3"] {
        say!("{}---->>> {url}", thread_name());
        let _already_told = started.try_send(());
        // Longer than the rest of the main thread; no thread waits for the end of this.
        sleep(Duration::from_secs(5));
    }
    say!("{} ended.", thread_name());
}
