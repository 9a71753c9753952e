//! Mistake B30: a thread fails, and its caller ignores the result of `join`. Python's `join` has no
//! result that could be checked.
//!
//! See: std's message on standard error, then "MainThread ended." and exit code 0, as if all were
//! well. Right: `src/main.rs`, where `?` after `join` prints one line and ends with exit code 1.

use std::panic::panic_any;
use std::process::ExitCode;
use std::thread::{Builder, sleep};
use std::time::Duration;

use common::{lane, say, thread_name};
use lesson::{Lesson, Operands, StoryResult, number};

fn main() -> ExitCode {
    let about = "2.1 Mistake B30: a thread panics and its result is not looked at; exit code 0";
    let words = Operands {
        name: "NAME MS VISITS URL...",
        help: "the thread, its pause, how many urls it visits, the urls (Thread_1 0 4 url_1 url_2 url_3)",
        most: 100,
    };
    Lesson::new(env!("CARGO_PKG_NAME"), env!("CARGO_BIN_NAME"), about).run_with(words, story)
}

fn story(words: Vec<String>) -> StoryResult {
    let name = words.first().map_or("Thread_1", String::as_str);
    let each = Duration::from_millis(number(words.get(1), 0, 60_000)?);
    let urls = match words.get(3..) {
        Some(urls) => urls.to_vec(),
        None => ["url_1", "url_2", "url_3"].map(str::to_owned).to_vec(),
    };
    // One visit too many.
    let visits = number(words.get(2), urls.len() + 1, 1000)?;
    let work = Work { visits, urls, each };
    say!("{} is running...", thread_name());
    run_thread(name, move || thread_run(&work))?;
    say!("{} ended.", thread_name());
    Ok(())
}

/// Runs the work in a thread of that name, and waits until it has ended.
fn run_thread(name: &str, work: impl FnOnce() + Send + 'static) -> StoryResult {
    let thread = Builder::new().name(name.to_owned()).spawn(work)?;
    // The mistake: this result says how the thread has ended.
    let _not_looked_at = thread.join();
    Ok(())
}

struct Work {
    visits: usize,
    urls: Vec<String>,
    each: Duration,
}

/// How many visits a thread makes at most.
const MOST_VISITS: usize = 100;

/// Panics if there are more visits than urls, or no urls at all.
fn thread_run(work: &Work) {
    lane::enter(thread_name());
    if work.visits > MOST_VISITS {
        /// The payload of a panic may be of any type, not only a text.
        struct TooManyVisits;
        panic_any(TooManyVisits);
    }
    assert!(!work.urls.is_empty(), "no url to visit");
    for visit in 0..work.visits {
        say!("{}---->>> {}", thread_name(), work.urls[visit]);
        sleep(work.each);
    }
    say!("{} ended.", thread_name());
}
