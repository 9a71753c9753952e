//! A worker that is killed at any instruction between two tasks loses at most the one in its hand.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use common::pid;
use ipc_shared::AtomicValue;
use lesson_test::{begin_steps, end_steps, kill_after, kill_everywhere};
use pool::{Cause, Pool};

lesson_test::forking_tests![within 300;
    a_worker_killed_at_any_instruction_from_one_task_to_the_next,
];

/// Nobody may hang for longer.
const LIMIT: Duration = Duration::from_secs(5);

/// So many kills, at least. (A step takes some 20 us, and there are thousands before each kill.)
const KILLS: usize = 200;

/// A pool of one worker, whose first process steps from the inside of task 1 to that of task 2;
/// and the id of that process, once it has begun.
fn stepping_pool() -> (Pool<u32, u32>, AtomicValue<AtomicU32>) {
    let victim = AtomicValue::new(AtomicU32::new(0)).unwrap();
    let workers_victim = victim.clone();
    let run = move |task: u32| {
        match task {
            1 => {
                workers_victim.store(pid(), Ordering::Relaxed);
                begin_steps();
            }
            2 if workers_victim.load(Ordering::Relaxed) == pid() => end_steps(),
            _ => {}
        }
        task
    };
    (Pool::new(1, run).unwrap(), victim)
}

fn a_worker_killed_at_any_instruction_from_one_task_to_the_next() {
    kill_everywhere(KILLS, |steps| {
        let (pool, victim) = stepping_pool();
        let tasks: Vec<_> = (0..5).map(|task| pool.apply_async(task).unwrap()).collect();
        let begun = Instant::now();
        while victim.load(Ordering::Relaxed) == 0 {
            assert!(begun.elapsed() < LIMIT);
            std::thread::yield_now();
        }
        let is_over = !kill_after(victim.load(Ordering::Relaxed), steps);
        let mut lost = Vec::new();
        for (number, task) in (0..).zip(tasks) {
            assert!(
                task.wait_timeout(LIMIT),
                "task {number} hangs after {steps} steps"
            );
            match task.get() {
                Ok(value) => assert_eq!(value, number),
                Err(error) => {
                    assert!(matches!(error.cause, Cause::WorkerDied { .. }), "{error}");
                    lost.push(number);
                }
            }
        }
        // One at most, and none that was not in its hand.
        assert!(lost.len() <= 1, "{lost:?} after {steps} steps");
        assert!(lost.iter().all(|task| (1..=2).contains(task)), "{lost:?}");
        assert!(!is_over || lost == [2], "{lost:?}");
        pool.join().unwrap();
        is_over
    });
}
