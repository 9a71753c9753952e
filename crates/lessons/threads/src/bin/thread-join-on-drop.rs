//! The mended `thread-main-ends-first`: the main function reaches its end at once, and still no line is
//! lost, because the handle joins its thread when it is dropped. This is so even if a panic ends the
//! main function: with 1 as the second operand it does.

use std::process::ExitCode;
use std::thread::sleep;
use std::time::Duration;

use common::{say, thread_name};
use lesson::{Lesson, Operands, StoryResult, number};
use threads::start;

fn main() -> ExitCode {
    let about = "2.1 A handle that joins when it is dropped: an early end loses nothing";
    let words = Operands {
        name: "MS PANICS",
        help: "how long the thread works (300), and whether the main thread panics, 0 or 1 (0)",
        most: 2,
    };
    Lesson::new(env!("CARGO_PKG_NAME"), env!("CARGO_BIN_NAME"), about).run_with(words, story)
}

fn story(words: Vec<String>) -> StoryResult {
    // Long enough for the main thread to end first, if it did not wait.
    let millis = number(words.first(), 300, 60_000)?;
    let panics = number(words.get(1), 0, 1)? == 1;
    let _thread = start("Thread_1", move || slow(Duration::from_millis(millis)))?;
    assert!(!panics, "an early end, as the command line demands");
    say!("{} ended.", thread_name());
    Ok(())
}

fn slow(work: Duration) {
    sleep(work);
    say!("{} ended.", thread_name());
}
