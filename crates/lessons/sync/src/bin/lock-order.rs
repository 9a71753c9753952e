//! Mistake: two threads need two locks, and take them in opposite order. Each gets its first lock
//! and waits for the other's: a circle. With `lock` instead of `lock_timeout` they would wait
//! forever.
//!
//! See: each has one lock and not the other. `-- --lanes` shows that each waits for the lock that
//! the other has, until it gives up. Right: all threads take the locks in the same order.

use std::process::ExitCode;
use std::time::Duration;

use common::{say, thread_name};
use lesson::{Lesson, StoryResult};
use sync::{Barrier, Lock};
use threads::{StartError, scope};

fn main() -> ExitCode {
    Lesson::new(
        env!("CARGO_PKG_NAME"),
        env!("CARGO_BIN_NAME"),
        "2.2 Mistake: two locks taken in opposite order, and each thread waits for the other",
    )
    .run(story)
}

fn story() -> StoryResult {
    let [a, b] = ["A", "B"].map(|name| Lock::named(name, 100));
    // Without the barrier the deadlock would come only now and then, which is worse.
    let both_have_one = Barrier::new(2)?;
    scope(|scope| {
        scope.start("Thread_1", || move_one(["A", "B"], &a, &b, &both_have_one))?;
        scope.start("Thread_2", || move_one(["B", "A"], &b, &a, &both_have_one))?;
        Ok::<(), StartError>(())
    })?;
    Ok(())
}

fn move_one(names: [&str; 2], from: &Lock<i32>, to: &Lock<i32>, both_have_one: &Barrier) {
    let [first, second] = names;
    let mut from = from.lock();
    say!("{} has {first}, and waits for {second}", thread_name());
    // No thread breaks the barrier, so the result need not be checked.
    let _met = both_have_one.wait();
    let limit = Duration::from_millis(300);
    match to.lock_timeout(limit) {
        Some(mut to) => {
            *from -= 1;
            *to += 1;
        }
        None => say!("{} has not got {second} in {limit:?}", thread_name()),
    }
    // Until both have given up: otherwise the slower one could get its lock at the last moment.
    let _met = both_have_one.wait();
}
