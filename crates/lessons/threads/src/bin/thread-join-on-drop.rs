//! The mended `thread-main-ends-first`: the main function returns at once, and still no line is
//! lost, because the handle joins its thread when it is dropped.

use std::process::ExitCode;
use std::thread::sleep;
use std::time::Duration;

use common::{say, thread_name};
use lesson::{Lesson, Operands, StoryResult, number};
use threads::start;

fn main() -> ExitCode {
    let about = "2.1 A handle that joins when it is dropped: an early end loses nothing";
    let words = Operands {
        name: "MS",
        help: "how long the thread works (300)",
        most: 1,
    };
    Lesson::new(env!("CARGO_PKG_NAME"), env!("CARGO_BIN_NAME"), about).run_with(words, story)
}

fn story(words: Vec<String>) -> StoryResult {
    // Long enough for the main thread to end first, if it did not wait.
    let millis = number(words.first(), 300, 60_000)?;
    let _thread = start("Thread_1", move || slow(Duration::from_millis(millis)))?;
    say!("{} ended.", thread_name());
    Ok(())
}

fn slow(work: Duration) {
    sleep(work);
    say!("{} ended.", thread_name());
}
