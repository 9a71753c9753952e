//! Mistake B33: "released" is printed after the release, and with another look at the number.
//!
//! See: "Thread_2 locked" between "Thread_1 locked" and "Thread_1 released", as if both held the
//! lock, and Thread_1 prints a number that is Thread_2's. Usually this depends on luck; here it
//! always happens, because Thread_1 waits between release and print until Thread_2 has the lock.
//! Right: `src/main.rs`, which prints both lines while it holds the lock.

use std::process::ExitCode;
use std::time::Duration;

use common::{say, thread_name};
use lesson::{Lesson, StoryResult};
use sync::{Event, Lock};
use threads::{StartError, scope};

/// How long a thread waits at most for the other, in case that one never comes.
const LIMIT: Duration = Duration::from_secs(20);

fn main() -> ExitCode {
    Lesson::new(
        env!("CARGO_PKG_NAME"),
        env!("CARGO_BIN_NAME"),
        "2.2 Mistake B33: a message about a lock, printed when it is too late",
    )
    .run(story)
}

fn story() -> StoryResult {
    let number = Lock::named("mylock", 0);
    let [first_locked, second_locked] = [Event::new(), Event::new()];
    scope(|scope| {
        scope.start("Thread_1", || {
            add_one(&number, &first_locked);
            let _in_time = second_locked.wait_timeout(LIMIT);
            print_too_late(&number);
        })?;
        scope.start("Thread_2", || {
            let _in_time = first_locked.wait_timeout(LIMIT);
            add_one(&number, &second_locked);
            print_too_late(&number);
        })?;
        Ok::<(), StartError>(())
    })?;
    Ok(())
}

fn add_one(number: &Lock<u32>, locked: &Event) {
    let mut number = number.lock();
    say!("{} locked,Number:{}", thread_name(), *number);
    locked.set();
    *number += 1;
}

/// Has to lock again to read the number, which may have changed by now.
fn print_too_late(number: &Lock<u32>) {
    let number = *number.lock();
    say!("{} released,Number:{number}", thread_name());
}
