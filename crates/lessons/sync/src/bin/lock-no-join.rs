//! Mistake B34: two threads are started, as in the notes, and never joined. Python waits
//! for its threads at the end of the program; a process in Rust ends with its main thread.
//!
//! See: "end of main" and nothing more. Right: `src/main.rs`.

use std::process::ExitCode;
use std::sync::Arc;
use std::thread::{self, Builder};
use std::time::Duration;

use common::{lane, say, thread_name};
use lesson::{Lesson, StoryResult};
use sync::Lock;

fn main() -> ExitCode {
    Lesson::new(
        env!("CARGO_PKG_NAME"),
        env!("CARGO_BIN_NAME"),
        "2.2 Mistake B34: the threads are not joined, and their lines are lost",
    )
    .run(story)
}

fn story() -> StoryResult {
    let number = Arc::new(Lock::named("mylock", 0));
    for name in ["Thread_1", "Thread_2"] {
        let number = Arc::clone(&number);
        let _not_joined = Builder::new()
            .name(name.to_owned())
            .spawn(move || add_one(&number))?;
    }
    say!("end of main");
    Ok(())
}

fn add_one(number: &Lock<u32>) {
    lane::enter(thread_name());
    // Longer than the rest of the main thread, which does not wait for this one.
    thread::sleep(Duration::from_secs(5));
    let mut number = number.lock();
    *number += 1;
    say!("{} locked,Number:{}", thread_name(), *number);
}
