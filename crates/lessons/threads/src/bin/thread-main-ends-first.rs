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
use lesson::{Lesson, Operands, StoryResult, number};

fn main() -> ExitCode {
    let about = "2.1 Mistake B34: the main thread ends first, and takes the others with it";
    let words = Operands {
        name: "MS URL...",
        help: "how long the thread has to do with each url, and the urls (5000 url_1 url_2 url_3)",
        most: 100,
    };
    Lesson::new(env!("CARGO_PKG_NAME"), env!("CARGO_BIN_NAME"), about).run_with(words, story)
}

fn story(words: Vec<String>) -> StoryResult {
    // Longer than the rest of the main thread, which does not wait for this one.
    let each = Duration::from_millis(number(words.first(), 5000, 60_000)?);
    let mut urls: Vec<String> = words.into_iter().skip(1).collect();
    if urls.is_empty() {
        urls = ["url_1", "url_2", "url_3"].map(str::to_owned).to_vec();
    }
    say!("{} is running...", thread_name());
    start_thread(Work { urls, each })?;
    say!("{} ended.", thread_name());
    Ok(())
}

/// Should start a thread that does the work, and return when the thread has ended.
fn start_thread(work: Work) -> StoryResult {
    let (started, has_started) = bounded(1);
    // The mistake: no thread waits for the end of this one.
    let _not_joined = Builder::new()
        .name("Thread_1".to_owned())
        .spawn(move || thread_run(&work, &started))?;
    has_started.recv()?;
    Ok(())
}

struct Work {
    urls: Vec<String>,
    each: Duration,
}

fn thread_run(work: &Work, started: &Sender<()>) {
    lane::enter(thread_name());
    for url in &work.urls {
        say!("{}---->>> {url}", thread_name());
        let _already_signalled = started.try_send(());
        sleep(work.each);
    }
    say!("{} ended.", thread_name());
}
