//! Contention, which the notes' program does not show (B37): many threads want one lock all the
//! time, and the number comes out right.

use std::process::ExitCode;

use common::{say, thread_name, turns};
use lesson::{Lesson, StoryResult};
use sync::Lock;
use threads::{StartError, scope};

const THREADS: usize = 4;
/// Additions per thread; fewer when the run is recorded.
const TIMES: usize = 250;

fn main() -> ExitCode {
    Lesson::new(
        env!("CARGO_PKG_NAME"),
        env!("CARGO_BIN_NAME"),
        "2.2 Lock: four threads add 1 to one number, 250 times each",
    )
    .run(story)
}

fn story() -> StoryResult {
    let number = Lock::named("number", 0);
    scope(|scope| {
        for thread in 1..=THREADS {
            scope.start(format!("Thread_{thread}"), || add(&number))?;
        }
        Ok::<(), StartError>(())
    })?;
    let all = THREADS * turns(TIMES);
    say!("Number:{} of {all}", number.into_inner());
    Ok(())
}

fn add(number: &Lock<usize>) {
    let times = turns(TIMES);
    for _ in 0..times {
        *number.lock() += 1;
    }
    say!("{} added {times}", thread_name());
}
