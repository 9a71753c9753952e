//! 2.2: two threads count to 4 together, one at a time, under one RLock.

use std::cell::Cell;
use std::process::ExitCode;

use common::{say, thread_name};
use lesson::{Lesson, StoryResult};
use sync::RLock;
use threads::{StartError, scope};

fn main() -> ExitCode {
    // With `--explore` the program tries every order of the threads' turns instead.
    if let Some(code) = explore::launch(env!("CARGO_PKG_NAME"), env!("CARGO_MANIFEST_PATH")) {
        return code;
    }
    let about = "2.2 RLock: two threads count to 4, one at a time";
    Lesson::new(env!("CARGO_PKG_NAME"), env!("CARGO_BIN_NAME"), about).run(story)
}

fn story() -> StoryResult {
    let number = RLock::named("mylock", Cell::new(0));
    // The end of the scope joins both.
    scope(|scope| {
        scope.start("Thread_1", || count_to_4(&number))?;
        scope.start("Thread_2", || count_to_4(&number))?;
        Ok::<(), StartError>(())
    })?;
    Ok(())
}

/// Counts to 4. It prints both of its lines while it holds the lock, so no line of the other thread
/// comes between them, and both show the number as it is at that moment.
fn count_to_4(number: &RLock<Cell<u32>>) {
    loop {
        let number = number.lock();
        say!("{} locked,Number:{}", thread_name(), number.get());
        let done = number.get() >= 4;
        if !done {
            number.set(number.get() + 1);
        }
        say!("{} released,Number:{}", thread_name(), number.get());
        if done {
            return;
        }
    }
}
