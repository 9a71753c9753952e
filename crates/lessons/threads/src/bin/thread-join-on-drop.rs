//! The mended `thread-main-ends-first`: the main function returns at once, and still no line is
//! lost, because the handle joins its thread when it is dropped.

use std::process::ExitCode;
use std::thread::sleep;
use std::time::Duration;

use common::{say, thread_name};
use lesson::{Lesson, StoryResult};
use threads::start;

fn main() -> ExitCode {
    Lesson::new(
        env!("CARGO_PKG_NAME"),
        env!("CARGO_BIN_NAME"),
        "2.1 A handle that joins when it is dropped: an early end loses nothing",
    )
    .run(story)
}

fn story() -> StoryResult {
    let _thread = start("Thread_1", slow)?;
    say!("{} ended.", thread_name());
    Ok(())
}

fn slow() {
    // Long enough for the main thread to have ended, if nothing made it wait.
    sleep(Duration::from_millis(300));
    say!("{} ended.", thread_name());
}
