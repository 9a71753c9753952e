//! Workers, supervisors and owners are killed at random moments: no process hangs, no answer is
//! wrong, only the tasks in the hands of dead workers are lost, and nothing is left behind.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::time::{Duration, Instant};

use lesson_test::{Seeded, assert_alone, assert_no_named_memory, kill_now, rounds, spin, until};
use multiprocess::{Process, active_children};
use pool::{Cause, Pool};

lesson_test::forking_tests![within 60;
    w16_a_thousand_killed_workers_lose_what_they_had_in_hand_and_are_replaced,
    w16_a_killed_supervisor_takes_all_workers_with_it,
    w17_a_killed_owner_leaves_nothing,
];

/// A process that takes longer than this counts as hung.
const LIMIT: Duration = Duration::from_secs(20);

/// Returns a value that shows whether it is torn.
fn value_of(task: u64) -> Vec<u64> {
    vec![task; (task % 100) as usize]
}

/// Row W16.
fn w16_a_thousand_killed_workers_lose_what_they_had_in_hand_and_are_replaced() {
    const KILLS: usize = 1000;
    let mut seeded = Seeded::new(0x5EED);
    let pool = Pool::new(3, value_of).unwrap();
    assert_no_named_memory();
    let (mut kills, mut lost) = (0, 0);
    while kills < rounds(KILLS) {
        let tasks: Vec<_> = (0..500)
            .map(|task| pool.apply_async(task).unwrap())
            .collect();
        for _ in 0..5 {
            spin(seeded.duration_below(Duration::from_micros(500)));
            let pids = pool.pids();
            if let Some(&victim) = pids.get(seeded.below(3) as usize) {
                kills += usize::from(kill_now(victim));
            }
        }
        for (number, task) in (0..).zip(tasks) {
            assert!(task.wait_timeout(LIMIT), "task {number} after {kills}");
            match task.get() {
                Ok(value) => assert_eq!(value, value_of(number)),
                Err(error) => {
                    assert!(matches!(error.cause, Cause::WorkerDied { .. }), "{error}");
                    lost += 1;
                }
            }
        }
    }
    // A kill between two tasks loses no task.
    assert!(lost <= kills, "{lost} tasks in {kills} kills");
    until("the workers are replaced", || pool.pids().len() == 3);
    pool.join().unwrap();
}

/// Row W16.
fn w16_a_killed_supervisor_takes_all_workers_with_it() {
    let mut seeded = Seeded::new(0xB0B);
    for round in 0..rounds(200) {
        let pool = Pool::new(2, value_of).unwrap();
        let supervisor = active_children()[0].pid;
        let submit = |task| pool.apply_async(task).unwrap();
        let tasks: Vec<_> = (0..300).map(submit).collect();
        if round % 2 == 0 {
            // Kill it while it is busy with a dead worker.
            kill_now(pool.pids()[0]);
        }
        spin(seeded.duration_below(Duration::from_millis(1)));
        assert!(kill_now(supervisor));
        for (number, task) in (0..).zip(tasks) {
            assert!(task.wait_timeout(LIMIT), "task {number} in round {round}");
            match task.get() {
                Ok(value) => assert_eq!(value, value_of(number)),
                Err(error) => match error.cause {
                    Cause::Stopped | Cause::WorkerDied { .. } => {}
                    other => panic!("{other:?}"),
                },
            }
        }
        // Finished tasks stay finished; no process can run a task that is submitted from now on.
        let asked = Instant::now();
        let refused = loop {
            assert!(asked.elapsed() < LIMIT, "the workers live on");
            if let Err(refused) = pool.apply(1) {
                break refused;
            }
        };
        assert!(
            matches!(refused.cause, Cause::Stopped | Cause::WorkerDied { .. }),
            "{refused}"
        );
        assert_eq!(pool.pids(), []);
        pool.join().unwrap();
        assert_eq!(active_children(), []);
    }
    assert_alone();
}

/// Row W17.
fn w17_a_killed_owner_leaves_nothing() {
    let mut seeded = Seeded::new(0xCAFE);
    for _ in 0..rounds(200) {
        let mut owner = Process::start("owner", || -> () {
            loop {
                let pool = Pool::new(2, value_of).unwrap();
                let submit = |task| pool.apply_async(task).unwrap();
                let tasks: Vec<_> = (0..100).map(submit).collect();
                for task in tasks {
                    task.get().unwrap();
                }
                pool.join().unwrap();
            }
        })
        .unwrap();
        spin(seeded.duration_below(Duration::from_millis(8)));
        owner.kill().unwrap();
        owner.wait().unwrap();
        assert_alone();
    }
}
