//! How many tasks a second: `cargo bench -p pool`.
#![expect(clippy::unwrap_used, reason = "a benchmark may")]

use std::time::Instant;

use common::say;
use pool::Pool;

fn main() {
    let pool = Pool::new(2, |number: u64| number + 1).unwrap();
    rate("apply_async of an empty task", 500_000, |count| {
        let tasks: Vec<_> = (0..count)
            .map(|task| pool.apply_async(task).unwrap())
            .collect();
        let sum: u64 = tasks.into_iter().map(|task| task.get().unwrap()).sum();
        assert_eq!(sum, count * (count + 1) / 2);
    });
    rate("apply, one at a time", 100_000, |count| {
        (0..count).for_each(|task| assert_eq!(pool.apply(task).unwrap(), task + 1));
    });
    rate("map of a cheap function", 10_000_000, |count| {
        assert_eq!(pool.map(0..count).unwrap().len() as u64, count);
    });
    pool.join().unwrap();
}

fn rate(what: &str, count: u64, run: impl FnOnce(u64)) {
    let started = Instant::now();
    run(count);
    let rate = count as f64 / started.elapsed().as_secs_f64();
    say!("pool of 2, {what}: {:.3} M/s", rate / 1e6);
}
