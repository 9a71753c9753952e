//! "Faster with threads": the same work is done twice, first in sequence and then on two threads.
//! In Python, whose threads take turns, both need 0.27 s (B31 of the notes' traps). Here the second
//! run needs about half the time of the first, on a machine with two free processors.

use std::process::ExitCode;
use std::time::Instant;

use common::say;
use lesson::{Lesson, StoryResult};
use threads::start;

fn main() -> ExitCode {
    Lesson::new(
        env!("CARGO_PKG_NAME"),
        env!("CARGO_BIN_NAME"),
        "2.1 Threads compute at the same time, as Python's do not",
    )
    .run(story)
}

fn story() -> StoryResult {
    let began = Instant::now();
    let one_by_one = count_primes(0, 60_000) + count_primes(60_000, 90_000);
    let alone = began.elapsed();
    say!("One after the other: {one_by_one} primes in {alone:.2?}.");

    let began = Instant::now();
    let first = start("Thread_1", || count_primes(0, 60_000))?;
    let second = start("Thread_2", || count_primes(60_000, 90_000))?;
    let together = first.join()? + second.join()?;
    let threaded = began.elapsed();
    say!("On two threads:      {together} primes in {threaded:.2?}.");

    let factor = alone.as_secs_f64() / threaded.as_secs_f64();
    say!("That is {factor:.1} times as fast; in Python it is 1.0 times.");
    Ok(())
}

/// Work for the processor alone: no shared memory, no lock, no system call.
fn count_primes(from: u32, below: u32) -> usize {
    (from.max(2)..below).filter(|&n| is_prime(n)).count()
}

fn is_prime(n: u32) -> bool {
    (2..)
        .take_while(|divisor| divisor * divisor <= n)
        .all(|divisor| !n.is_multiple_of(divisor))
}
