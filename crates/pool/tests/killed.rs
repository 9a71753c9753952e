//! A worker that is killed at any instruction between two tasks loses at most the one in its hand.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::time::Instant;

use lesson_test::kill_everywhere;
use pool::{Cause, Pool};

mod stepping;

use stepping::{LIMIT, Victim};

lesson_test::forking_tests![within 300;
    w16_a_worker_killed_at_any_instruction_from_one_task_to_the_next,
];

/// So many kills, at least.
const KILLS: usize = 1000;

/// A pool of one worker, whose first process steps from the inside of task 1 to that of task 2.
fn stepping_pool() -> (Pool<u32, u32>, Victim) {
    let victim = Victim::new();
    let watched = victim.clone();
    let run = move |task: u32| {
        match task {
            1 => watched.begin(),
            2 => watched.end(),
            _ => {}
        }
        task
    };
    (Pool::new(1, run).unwrap(), victim)
}

/// Row W16.
fn w16_a_worker_killed_at_any_instruction_from_one_task_to_the_next() {
    let began = Instant::now();
    let mut n = 0;
    kill_everywhere(KILLS, |steps| {
        n += 1;
        let (pool, victim) = stepping_pool();
        let tasks: Vec<_> = (0..5).map(|task| pool.apply_async(task).unwrap()).collect();
        let is_over = !victim.kill_after(steps);
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
        if n % 100 == 0 || is_over {
            common::say!("{n} {steps} {:?} {is_over} {lost:?}", began.elapsed());
        }
        is_over
    });
}
