//! A worker that is killed at each of its events loses at most the task in its hand, and every task
//! has a value or an error. An event is recorded before or after each act of a worker (see
//! `common::Trace`), so the events cut the whole way from one task to the next into parts.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use check::die_at_event;
use common::pid;
use ipc_shared::AtomicValue;
use pool::{Cause, Pool};

lesson_test::forking_tests![
    w16_a_worker_killed_at_any_of_its_events_leaves_no_task_without_an_answer,
];

/// The time after which a task counts as hung.
const LIMIT: Duration = Duration::from_secs(3);

/// Kills the first worker of a pool at its event with this number. Returns the task that was lost,
/// and whether the worker came to that event.
fn kill_at(event: u32) -> (Option<u64>, bool) {
    let victim = AtomicValue::new(AtomicU32::new(0)).unwrap();
    let first = victim.clone();
    let init = move || {
        let is_first = first.compare_exchange(0, pid(), Ordering::Relaxed, Ordering::Relaxed);
        if is_first.is_ok() {
            die_at_event(event);
        }
    };
    let pool = Pool::with_state(1, init, |(): &mut (), number: u64| number * number).unwrap();
    let tasks = [0, 1, 2].map(|number| pool.apply_async(number).unwrap());
    let mut lost = None;
    for (number, task) in (0..).zip(tasks) {
        assert!(
            task.wait_timeout(LIMIT),
            "task {number} has no answer, event {event}"
        );
        match task.get() {
            Ok(value) => assert_eq!(value, number * number),
            Err(error) => {
                assert!(matches!(error.cause, Cause::WorkerDied { .. }), "{error}");
                assert_eq!(lost.replace(number), None, "event {event}");
            }
        }
    }
    let victim = victim.load(Ordering::Relaxed);
    let has_died = !pool.pids().contains(&victim);
    pool.join().unwrap();
    (lost, has_died)
}

/// Row W16.
fn w16_a_worker_killed_at_any_of_its_events_leaves_no_task_without_an_answer() {
    let outcomes = (0..200)
        .map(kill_at)
        .take_while(|&(lost, has_died)| lost.is_some() || has_died);
    let lost: Vec<_> = outcomes.map(|(lost, _)| lost).collect();
    for task in 0..3 {
        assert!(lost.contains(&Some(task)), "{lost:?}");
    }
    assert!(lost.contains(&None), "{lost:?}");
    assert!(lost.len() < 200, "it never comes to its end");
}
