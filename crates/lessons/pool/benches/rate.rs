//! Measures tasks a second: `cargo bench -p pool`, or `cargo bench -p pool -- NAME` for one
//! measurement. The last line of each is its name and its rate.
#![expect(clippy::unwrap_used, reason = "a benchmark may")]

use std::hint::black_box;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use std::{env, thread};

use common::say;
use ipc_shared::AtomicValue;
use lesson_test::peak_kib;
use pool::{Pool, TaskHandle};
use rayon::iter::{IntoParallelIterator, ParallelIterator};

const WORKERS: usize = 2;

/// Returns a rate per second.
type Measure = fn() -> f64;

const MEASUREMENTS: [(&str, Measure); 6] = [
    ("apply-async", apply_async),
    ("apply", apply),
    ("map", map),
    ("imap-unordered", imap_unordered),
    ("rayon-map", rayon_map),
    ("million", million),
];

fn main() {
    // `cargo bench` adds a flag of its own.
    let wanted = env::args().skip(1).find(|word| !word.starts_with("--"));
    for (name, measure) in MEASUREMENTS {
        if wanted.as_ref().is_none_or(|wanted| wanted == name) {
            say!("{name} {:.0}", measure());
        }
    }
}

fn pool() -> Pool<u64, u64> {
    Pool::new(WORKERS, |number| number + 1).unwrap()
}

fn rate(count: u64, run: impl FnOnce()) -> f64 {
    let started = Instant::now();
    run();
    count as f64 / started.elapsed().as_secs_f64()
}

/// Submits empty tasks one by one, and then waits for them one by one.
fn apply_async() -> f64 {
    const COUNT: u64 = 1_000_000;
    let pool = pool();
    let rate = rate(COUNT, || {
        let tasks: Vec<_> = (0..COUNT)
            .map(|task| pool.apply_async(task).unwrap())
            .collect();
        assert_eq!(sum(tasks), COUNT * (COUNT + 1) / 2);
    });
    pool.join().unwrap();
    rate
}

fn sum(tasks: Vec<TaskHandle<u64>>) -> u64 {
    tasks.into_iter().map(|task| task.get().unwrap()).sum()
}

/// Waits for each task before the next is submitted.
fn apply() -> f64 {
    const COUNT: u64 = 100_000;
    let pool = pool();
    let rate = rate(COUNT, || {
        (0..COUNT).for_each(|task| assert_eq!(pool.apply(task).unwrap(), task + 1));
    });
    pool.join().unwrap();
    rate
}

fn map() -> f64 {
    const COUNT: u64 = 20_000_000;
    let pool = pool();
    let rate = rate(COUNT, || {
        assert_eq!(pool.map(0..COUNT).unwrap().len() as u64, COUNT);
    });
    pool.join().unwrap();
    rate
}

fn imap_unordered() -> f64 {
    const COUNT: u64 = 1_000_000;
    let pool = pool();
    let rate = rate(COUNT, || {
        let results = pool.imap_unordered(0..COUNT).unwrap();
        let sum: u64 = results.map(Result::unwrap).sum();
        assert_eq!(sum, COUNT * (COUNT + 1) / 2);
    });
    pool.join().unwrap();
    rate
}

/// Runs the additions on threads, for which nothing has to be copied.
fn rayon_map() -> f64 {
    const COUNT: u64 = 20_000_000;
    let threads = rayon::ThreadPoolBuilder::new()
        .num_threads(WORKERS)
        .build()
        .unwrap();
    rate(COUNT, || {
        let square = |number| black_box(number) + 1;
        let all: Vec<u64> = threads.install(|| (0..COUNT).into_par_iter().map(square).collect());
        assert_eq!(all.len() as u64, COUNT);
    })
}

/// Queues a million tasks while the workers are held up, and then lets them run: prints the rate of
/// each tenth and the most memory that the owner had.
fn million() -> f64 {
    const COUNT: u64 = 1_000_000;
    let gate = AtomicValue::new(AtomicBool::new(false)).unwrap();
    let opened = gate.clone();
    let wait = move |number: u64| {
        while !opened.load(Ordering::Relaxed) {
            thread::sleep(Duration::from_millis(1));
        }
        number + 1
    };
    let pool = Pool::new(WORKERS, wait).unwrap();
    let before = peak_kib();
    let mut tenths = Vec::new();
    let submitting = Instant::now();
    let submit = |task| pool.apply_async(task).unwrap();
    let tasks: Vec<_> = (0..COUNT).map(submit).collect();
    let submitting = COUNT as f64 / submitting.elapsed().as_secs_f64();
    gate.store(true, Ordering::Relaxed);
    let rate = rate(COUNT, || {
        let mut started = Instant::now();
        for (number, task) in (1..).zip(tasks) {
            assert_eq!(task.get().unwrap(), number);
            if number.is_multiple_of(COUNT / 10) {
                tenths.push(COUNT as f64 / 1e7 / started.elapsed().as_secs_f64());
                started = Instant::now();
            }
        }
    });
    pool.join().unwrap();
    let bytes = (peak_kib() - before) * 1024 / COUNT;
    say!("submitted: {:.2} M/s", submitting / 1e6);
    say!("tenths, M/s: {tenths:.2?}");
    say!("peak {} KiB, {bytes} bytes a task", peak_kib());
    rate
}
