//! Ends of queues and pipes that a pool's functions have captured. Each test runs in a process of
//! its own.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use common::pid;
use ipc_queue::GetError;
use ipc_shared::AtomicValue;
use lesson_test::{kill_now, until};
use multiprocess::Process;
use pool::{Cause, Pool};

lesson_test::forking_tests![
    tasks_put_into_a_queue_that_run_has_captured_while_they_run,
    a_queue_that_init_has_captured_is_for_all_workers,
    tasks_get_from_a_queue_that_run_has_captured,
    a_worker_that_replaces_another_one_has_the_captured_queue_too,
    an_end_that_the_owner_keeps_is_not_in_the_workers,
    a_captured_pipe_is_an_error_that_names_the_queue,
    a_pool_that_is_moved_into_a_process_is_stopped_at_once,
];

const LIMIT: Duration = Duration::from_secs(20);

fn tasks_put_into_a_queue_that_run_has_captured_while_they_run() {
    let (progress, receiver) = ipc_queue::unbounded::<(u32, u32)>().unwrap();
    let gate = AtomicValue::new(AtomicU32::new(0)).unwrap();
    let opened = gate.clone();
    let run = move |task: u32| {
        progress
            .put((task, pid()))
            .map_err(|error| error.to_string())?;
        until("the gate opens", || opened.load(Ordering::Relaxed) != 0);
        progress
            .put((task, pid()))
            .map_err(|error| error.to_string())
    };
    let pool = Pool::new(3, run).unwrap();
    let tasks = [0, 1, 2].map(|task| pool.apply_async(task).unwrap());
    // All three have begun before any of them is done.
    let mut begun = [(); 3].map(|()| receiver.get_timeout(LIMIT).unwrap());
    begun.sort_unstable();
    assert_eq!(begun.map(|(task, _)| task), [0, 1, 2]);
    assert!(begun.iter().all(|(_, worker)| pool.pids().contains(worker)));
    assert!(receiver.is_empty());
    gate.store(1, Ordering::Relaxed);
    for task in tasks {
        task.get().unwrap();
    }
    let mut ended = [(); 3].map(|()| receiver.get_timeout(LIMIT).unwrap());
    ended.sort_unstable();
    assert_eq!(ended, begun);
    pool.join().unwrap();
    // No process has the other end any more.
    assert!(matches!(
        receiver.get_timeout(LIMIT),
        Err(GetError::Disconnected)
    ));
}

fn a_queue_that_init_has_captured_is_for_all_workers() {
    let (sender, receiver) = ipc_queue::unbounded().unwrap();
    let init = move || {
        sender.put(pid()).unwrap();
    };
    let pool = Pool::with_state(3, init, |(): &mut (), task: u32| task).unwrap();
    let mut pids = [(); 3].map(|()| receiver.get_timeout(LIMIT).unwrap());
    let mut workers = pool.pids();
    pids.sort_unstable();
    workers.sort_unstable();
    assert_eq!(workers, pids);
    drop(pool);
    assert!(matches!(
        receiver.get_timeout(LIMIT),
        Err(GetError::Disconnected)
    ));
}

fn tasks_get_from_a_queue_that_run_has_captured() {
    let (sender, words) = ipc_queue::unbounded().unwrap();
    let pool = Pool::new(2, move |()| words.get().map_err(|error| error.to_string())).unwrap();
    for word in ["one", "two", "three", "four"] {
        sender.put(word.to_owned()).unwrap();
    }
    let mut got = pool.map_packets([(); 4], 1).unwrap();
    got.sort_unstable();
    assert_eq!(got, ["four", "one", "three", "two"]);
    // The workers see the end, too.
    drop(sender);
    let error = pool.apply(()).unwrap_err().to_string();
    assert!(error.contains("end of stream"), "{error}");
    pool.join().unwrap();
}

fn a_worker_that_replaces_another_one_has_the_captured_queue_too() {
    let (sender, receiver) = ipc_queue::unbounded().unwrap();
    let put = move |number: u64| sender.put(number).map_err(|error| error.to_string());
    let pool = Pool::new(1, put).unwrap();
    for round in 0..5 {
        let pids = pool.pids();
        assert!(kill_now(pids[0]));
        until("it is replaced", || {
            !pool.pids().is_empty() && pool.pids() != pids
        });
        pool.apply(round).unwrap();
        assert_eq!(receiver.get_timeout(LIMIT).unwrap(), round);
    }
    pool.join().unwrap();
    assert!(receiver.get().is_err());
}

/// If the workers had copies, the receiver would never see the end.
fn an_end_that_the_owner_keeps_is_not_in_the_workers() {
    let (sender, receiver) = ipc_queue::unbounded::<u32>().unwrap();
    let (others, _others_receiver) = ipc_queue::unbounded::<u32>().unwrap();
    let run = move |number| others.put(number).map_err(|error| error.to_string());
    let pool = Pool::new(2, run).unwrap();
    pool.map([1, 2, 3]).unwrap();
    drop(sender);
    assert!(matches!(
        receiver.get_timeout(LIMIT),
        Err(GetError::Disconnected)
    ));
    pool.join().unwrap();
}

fn a_captured_pipe_is_an_error_that_names_the_queue() {
    let (sender, receiver) = ipc_pipe::pipe::<u32>().unwrap();
    let send = move |number| sender.send(number).map_err(|error| error.to_string());
    let pool = Pool::new(2, send).unwrap();
    let error = pool.apply(1).unwrap_err();
    assert!(matches!(error.cause, Cause::Failed(_)), "{error}");
    assert!(
        error.to_string().contains("can share the end of a queue"),
        "{error}"
    );
    pool.join().unwrap();
    assert!(receiver.recv().is_err());
}

/// Its workers are children of this process, which drops its copy, as when any pool is dropped.
fn a_pool_that_is_moved_into_a_process_is_stopped_at_once() {
    let is_at_once = || {
        let pool = Pool::new(2, |number: u32| number + 1).unwrap();
        let begun = Instant::now();
        let child = Process::start("child", move || pool.apply(1).is_err()).unwrap();
        let took = begun.elapsed();
        assert!(child.join().unwrap());
        // A drop waits up to five seconds only for a supervisor that does not end.
        took < Duration::from_secs(4)
    };
    // The machine may have been busy at the first.
    assert!(is_at_once() || is_at_once());
}
