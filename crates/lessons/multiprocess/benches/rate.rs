//! Measures how many processes a second are started and joined, each with a result: `cargo bench -p
//! multiprocess`, or `cargo bench -p multiprocess -- start-join` for one measurement.
#![expect(clippy::unwrap_used, reason = "a benchmark may")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use lesson_test::bench;
use multiprocess::{Process, Zygote, exit_now};
use nix::sys::wait::waitpid;
use nix::unistd::{ForkResult, fork, pipe, read, write};

/// How long each measurement takes.
const LENGTH: Duration = Duration::from_millis(400);

/// The memory that a large parent has touched.
const LARGE_BYTES: usize = 256 << 20;

fn main() {
    bench(&[
        ("start-join", start_join),
        ("bare-fork", bare_fork),
        ("large-plain", large_plain),
        ("large-zygote", large_zygote),
    ]);
}

fn rate_of(mut once: impl FnMut(u64)) -> f64 {
    let started = Instant::now();
    let mut count = 0;
    while started.elapsed() < LENGTH {
        once(count);
        count += 1;
    }
    count as f64 / started.elapsed().as_secs_f64()
}

/// Measures a `Process` that returns a value.
fn start_join() -> f64 {
    rate_of(|number| {
        let process = Process::start("child", move || number).unwrap();
        assert_eq!(process.join().unwrap(), number);
    })
}

/// Measures the upper limit: fork, a pipe and waitpid, called directly.
fn bare_fork() -> f64 {
    rate_of(|number| {
        let (reading_end, writing_end) = pipe().unwrap();
        // SAFETY: a benchmark of one thread.
        match unsafe { fork() }.unwrap() {
            ForkResult::Child => {
                let written = write(&writing_end, &number.to_le_bytes());
                exit_now(i32::from(written.is_err()))
            }
            ForkResult::Parent { child } => {
                drop(writing_end);
                let mut result = [0; 8];
                assert_eq!(read(&reading_end, &mut result), Ok(8));
                assert_eq!(u64::from_le_bytes(result), number);
                waitpid(child, None).unwrap();
            }
        }
    })
}

/// Measures a parent that has touched [`LARGE_BYTES`], and copies their page tables at each fork.
fn large_plain() -> f64 {
    let touched = vec![1_u8; LARGE_BYTES];
    let rate = bare_fork();
    black_box(touched);
    rate
}

/// Measures a large parent that forks through a zygote, made before the memory was touched.
fn large_zygote() -> f64 {
    let zygote = Zygote::start("zygote", |number: u64| number).unwrap();
    let touched = vec![1_u8; LARGE_BYTES];
    let rate = rate_of(|number| {
        let process = zygote.spawn("child", &number).unwrap();
        assert_eq!(process.join().unwrap(), number);
    });
    black_box(touched);
    rate
}
