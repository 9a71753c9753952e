//! Many tasks in one call: `map` returns the values in the order of the arguments.

use std::process::ExitCode;
use std::time::Duration;

use common::{pause, pid, say};
use lesson::{Lesson, StoryResult};
use pool::Pool;

fn main() -> ExitCode {
    let about = "1.3 Pool, map: ten squares by three worker processes, in the order asked for";
    Lesson::new(env!("CARGO_PKG_NAME"), env!("CARGO_BIN_NAME"), about).run(story)
}

fn story() -> StoryResult {
    let pool = Pool::new(3, square)?;
    let squares = pool.map(0..10)?;
    say!("{squares:?}");
    for square in pool.imap_unordered(0..10)? {
        say!("next done: {}", square?);
    }
    pool.join()?;
    Ok(())
}

fn square(number: u32) -> u32 {
    pause(Duration::from_millis(100));
    say!("{number} * {number} (pid={})", pid());
    number * number
}
