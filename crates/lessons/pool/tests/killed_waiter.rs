//! Each process of a pool is killed after something has woken it, before it has acted on it: no
//! task hangs, and no other process outlives its pool.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use ipc_shared::AtomicValue;
use lesson_test::{
    attach_asleep, begin_steps, end_steps, is_dead, kill_attached, kill_everywhere, kill_now,
    run_until_asleep, step_on, until, until_asleep,
};
use multiprocess::Process;
use pool::{Cause, Pool};

lesson_test::forking_tests![within 60;
    a_worker_killed_when_a_task_or_the_lock_of_the_queue_has_woken_it,
    a_supervisor_killed_when_the_death_of_a_worker_has_woken_it,
    an_owner_killed_when_an_answer_has_woken_it,
];

/// A process that takes longer than this counts as hung.
const LIMIT: Duration = Duration::from_secs(20);

/// The numbers of instructions after which a process is killed.
fn moments() -> impl Iterator<Item = usize> {
    (0..4000).step_by(400)
}

/// One of three idle workers has the lock of the queue and sleeps for a task; the others sleep
/// until they get the lock.
fn a_worker_killed_when_a_task_or_the_lock_of_the_queue_has_woken_it() {
    for steps in moments() {
        for place in 0..3 {
            let pool = Pool::new(3, |number: u32| number).unwrap();
            let pids = pool.pids();
            pids.iter().copied().for_each(until_asleep);
            attach_asleep(pids[place]);
            let tasks: Vec<_> = (0..3).map(|task| pool.apply_async(task).unwrap()).collect();
            let _is_stopped = step_on(pids[place], steps);
            kill_attached(pids[place]);
            let mut lost = 0;
            for (number, task) in (0..).zip(tasks) {
                let is_done = task.wait_timeout(LIMIT);
                assert!(is_done, "task {number} hangs after {steps} steps");
                match task.get() {
                    Ok(value) => assert_eq!(value, number),
                    Err(error) => {
                        assert!(matches!(error.cause, Cause::WorkerDied { .. }), "{error}");
                        lost += 1;
                    }
                }
            }
            assert!(lost <= 1, "{lost} after {steps} steps");
            pool.join().unwrap();
        }
    }
}

fn a_supervisor_killed_when_the_death_of_a_worker_has_woken_it() {
    for steps in moments() {
        let pool = Pool::new(2, |number: u32| number).unwrap();
        let pids = pool.pids();
        let supervisor = parent_of(pids[0]);
        attach_asleep(supervisor);
        assert!(kill_now(pids[0]));
        let _is_stopped = step_on(supervisor, steps);
        // The owner waits for the supervisor.
        assert!(kill_now(supervisor));
        let task = pool.apply_async(1);
        assert!(task.is_err() || task.unwrap().wait_timeout(LIMIT));
        drop(pool);
        until("the workers are dead", || {
            pids.iter().all(|&pid| is_dead(pid))
        });
    }
}

fn an_owner_killed_when_an_answer_has_woken_it() {
    kill_everywhere(10, |steps| {
        let pids = [0, 1].map(|_| AtomicValue::new(AtomicU32::new(0)).unwrap());
        let is_let_go = AtomicValue::new(AtomicU32::new(0)).unwrap();
        let childs = (pids.clone(), is_let_go.clone());
        let owner = Process::start("owner", move || {
            let (pids, is_let_go) = childs;
            let wait = move |()| until("let go", || is_let_go.load(Ordering::Acquire) != 0);
            let pool = Pool::new(2, wait).unwrap();
            for (place, pid) in pids.iter().zip(pool.pids()) {
                place.store(pid, Ordering::Release);
            }
            let task = pool.apply_async(()).unwrap();
            begin_steps();
            task.get().unwrap();
            end_steps();
        })
        .unwrap();
        run_until_asleep(owner.pid());
        is_let_go.store(1, Ordering::Release);
        let is_over = !step_on(owner.pid(), steps);
        assert!(kill_now(owner.pid()));
        drop(owner);
        let are_dead = || pids.iter().all(|pid| is_dead(pid.load(Ordering::Acquire)));
        until("the workers are dead", are_dead);
        is_over
    });
}

fn parent_of(process: u32) -> u32 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let parent = status.lines().find_map(|line| line.strip_prefix("PPid:"));
    parent.unwrap().trim().parse().unwrap()
}
