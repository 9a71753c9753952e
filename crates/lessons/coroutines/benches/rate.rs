//! Rates and sizes of tasks, one measurement a run: `cargo bench -p coroutines -- map`.
//!
//! The last line is the name and the value: a rate per second, or bytes.
#![expect(clippy::unwrap_used, reason = "a benchmark may")]

use std::cell::Cell;
use std::future::pending;
use std::rc::Rc;
use std::time::Instant;

mod gets;

use common::say;
use coroutines::{Pool, joinall, run, spawn, yield_now};

/// The number of empty tasks; where there is a bound, 100 of them are under way at a time.
const EMPTY: u32 = 1_000_000;
const AT_ONCE: u32 = 100_000;
const BOUND: usize = 100;
/// The number of tasks that stand idle.
const IDLE: usize = 200_000;

fn main() {
    // Cargo adds `--bench`.
    let name = std::env::args().skip(1).find(|word| word != "--bench");
    match name.as_deref() {
        Some("gets") => gets::ours(),
        Some("gets-by-hand") => gets::by_hand(),
        Some("serve") => gets::serve(),
        Some("map") => rate("map", map),
        Some("spawn") => rate("spawn", spawn_and_join),
        Some("idle-bytes") => say!("idle-bytes {}", idle_bytes()),
        _ => say!("one of: gets gets-by-hand map spawn idle-bytes"),
    }
}

fn rate(name: &str, tasks: fn()) {
    let begin = Instant::now();
    tasks();
    say!(
        "{name} {:.0}",
        f64::from(EMPTY) / begin.elapsed().as_secs_f64()
    );
}

/// `Pool.map` over empty tasks, at most 100 of them under way at a time.
fn map() {
    let pool = Pool::bounded(BOUND).unwrap();
    let results = run(pool.map(0..EMPTY, |number| async move { number }));
    assert!(results.unwrap().into_iter().eq(0..EMPTY));
}

/// Empty tasks, all spawned and then all joined.
fn spawn_and_join() {
    run(async {
        let task = |number| spawn("empty", async move { number });
        for _ in 0..EMPTY / AT_ONCE {
            let results = joinall((0..AT_ONCE).map(task).collect()).await;
            assert!(results.into_iter().eq((0..AT_ONCE).map(Ok)));
        }
    });
}

/// The memory that a task that waits forever adds to the process, including its handle.
fn idle_bytes() -> usize {
    run(async {
        let mut tasks = Vec::with_capacity(IDLE);
        let before = resident_bytes();
        let begun = Rc::new(Cell::new(0));
        for _ in 0..IDLE {
            let begun = Rc::clone(&begun);
            tasks.push(spawn("idle", async move {
                begun.set(begun.get() + 1);
                pending::<()>().await;
            }));
        }
        while begun.get() < IDLE {
            yield_now().await;
        }
        let grown = resident_bytes() - before;
        assert_eq!(tasks.len(), IDLE);
        grown / IDLE
    })
}

fn resident_bytes() -> usize {
    let status = std::fs::read_to_string("/proc/self/statm").unwrap();
    let pages: usize = status.split(' ').nth(1).unwrap().parse().unwrap();
    pages * 4096
}
