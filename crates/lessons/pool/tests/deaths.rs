//! The promises of a pool when workers die, and when the pool itself is ended. Each test runs in a
//! process of its own.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::os::unix::process::CommandExt;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use borsh::{BorshDeserialize, BorshSerialize};
use common::pid;
use ipc_shared::AtomicValue;
use lesson_test::{kill_now, until};
use multiprocess::{Exit, exit_now};
use nix::sys::signal::{Signal, kill};
use nix::unistd::{ForkResult, Pid, getpid};
use pool::{Cause, Pool, TaskError};

mod gate;

use gate::gated;

lesson_test::forking_tests![
    w13_terminate_does_not_wait_for_the_tasks,
    w16_the_task_of_a_killed_worker_is_an_error_in_time,
    w16_a_worker_killed_from_outside_loses_one_task,
    w17_a_dropped_pool_leaves_nothing,
    a_pool_whose_workers_die_at_their_start_reports_the_reason,
    a_worker_that_ends_badly_once_all_is_done_is_not_replaced,
    workers_that_die_with_nothing_to_do_keep_no_task_and_no_join_waiting,
    a_process_that_a_task_has_forked_and_left_behind_does_not_hold_up_join,
    a_process_that_a_task_has_forked_and_left_behind_does_not_hold_up_drop,
    a_worker_that_exits_by_itself_is_replaced,
    workers_killed_at_random_lose_only_what_they_had_in_hand,
    w16_a_dead_worker_is_replaced_also_when_the_owner_has_threads,
    a_worker_killed_while_it_reads_its_argument_loses_that_task_only,
    w16_a_worker_that_becomes_another_program_is_replaced,
    w13_terminate_ends_in_time_also_when_something_holds_the_supervisor_up,
];

const LIMIT: Duration = Duration::from_secs(20);

fn square(number: u64) -> u64 {
    number * number
}

/// Row W13.
fn w13_terminate_does_not_wait_for_the_tasks() {
    let pool = Pool::new(3, |seconds: u64| {
        thread::sleep(Duration::from_secs(seconds))
    })
    .unwrap();
    let tasks: Vec<_> = (0..10_000)
        .map(|_| pool.apply_async(100).unwrap())
        .collect();
    let asked = Instant::now();
    pool.terminate();
    assert!(asked.elapsed() < LIMIT);
    assert_eq!(multiprocess::active_children(), []);
    for task in tasks {
        assert_eq!(task.get().unwrap_err().cause, Cause::Stopped);
    }
}

fn killed(error: &TaskError) -> bool {
    let exit = Exit::Signal(Signal::SIGKILL as i32);
    matches!(error.cause, Cause::WorkerDied { exit: found, .. } if found == Some(exit))
}

/// Row W16, X12: the worker kills itself in the middle of its task.
fn w16_the_task_of_a_killed_worker_is_an_error_in_time() {
    let pool = Pool::new(2, |number: u32| {
        if number == 2 {
            kill(getpid(), Signal::SIGKILL).unwrap();
        }
        number
    })
    .unwrap();
    let tasks: Vec<_> = (0..6).map(|task| pool.apply_async(task).unwrap()).collect();
    for (number, task) in (0..).zip(tasks) {
        assert!(task.wait_timeout(LIMIT), "task {number}");
        match task.get() {
            Err(error) => assert!(number == 2 && killed(&error), "{error}"),
            Ok(value) => assert_eq!(value, number),
        }
    }
    until("the worker is replaced", || pool.pids().len() == 2);
    pool.join().unwrap();
}

/// Row W16.
fn w16_a_worker_killed_from_outside_loses_one_task() {
    let (pool, inside, gate) = gated();
    let tasks: Vec<_> = (0..6).map(|task| pool.apply_async(task).unwrap()).collect();
    until("three tasks begin", || inside.load(Ordering::Relaxed) == 3);
    assert!(kill_now(pool.pids()[0]));
    gate.store(1, Ordering::Relaxed);
    let failed = tasks.into_iter().filter_map(|task| task.get().err());
    let failed: Vec<_> = failed.collect();
    assert!(failed.len() == 1 && killed(&failed[0]), "{failed:?}");
    pool.join().unwrap();
}

/// Row W17; that no process is left is checked after each test.
fn w17_a_dropped_pool_leaves_nothing() {
    drop(Pool::new(3, square).unwrap());
    let (busy, inside, _gate) = gated();
    let task = busy.apply_async(1).unwrap();
    until("the task begins", || inside.load(Ordering::Relaxed) == 1);
    let asked = Instant::now();
    drop(busy);
    assert!(asked.elapsed() < LIMIT);
    assert_eq!(task.get().unwrap_err().cause, Cause::Stopped);
    assert_eq!(multiprocess::active_children(), []);
}

/// Returns the error of a task in a pool of two workers whose processes end in `init`.
fn error_of_init(init: fn() -> u32) -> String {
    let pool = Pool::with_state(2, init, |_: &mut u32, number: u32| number).unwrap();
    let task = pool.apply_async(1).unwrap();
    assert!(
        task.wait_timeout(LIMIT),
        "the pool starts workers without an end"
    );
    let error = task.get().unwrap_err();
    assert!(matches!(error.cause, Cause::NoWorker(_)), "{error}");
    // This error is of one task; the other tasks have the same cause.
    assert_eq!(pool.map([1, 2]).unwrap_err().cause, error.cause);
    drop(pool.apply_async(3).unwrap());
    assert_eq!(pool.join().unwrap_err().first.cause, error.cause);
    error.to_string()
}

fn a_pool_whose_workers_die_at_their_start_reports_the_reason() {
    let panicked = error_of_init(|| panic!("no connection"));
    assert!(panicked.contains("panicked: no connection"), "{panicked}");
    // A text longer than the queue that carries it.
    let long = error_of_init(|| panic!("no connection {}", "x".repeat(3 << 20)));
    assert!(long.contains("panicked: no connection"), "{}", long.len());
    let exited = error_of_init(|| std::process::exit(3));
    assert!(exited.contains("exit code 3"), "{exited}");
    let exited = error_of_init(|| exit_now(0));
    assert!(exited.contains("exit code 0"), "{exited}");
    let killed = error_of_init(|| {
        kill(getpid(), Signal::SIGKILL).unwrap();
        0
    });
    assert!(killed.contains("SIGKILL"), "{killed}");
}

/// A value whose destructor panics.
struct Grenade;

impl Drop for Grenade {
    fn drop(&mut self) {
        panic!("the end of a state");
    }
}

/// Wraps `make` so that it counts its calls.
fn counting<S>(make: impl Fn() -> S) -> (AtomicValue<AtomicU32>, impl Fn() -> S) {
    let made = AtomicValue::new(AtomicU32::new(0)).unwrap();
    let count = made.clone();
    let init = move || {
        count.fetch_add(1, Ordering::Relaxed);
        make()
    };
    (made, init)
}

fn a_worker_that_ends_badly_once_all_is_done_is_not_replaced() {
    for workers in [1, 3] {
        let (made, init) = counting(|| Grenade);
        let run = |_: &mut Grenade, number: u64| square(number);
        let pool = Pool::with_state(workers, init, run).unwrap();
        assert_eq!(pool.map([1, 2, 3]).unwrap(), [1, 4, 9]);
        pool.join().unwrap();
        assert_eq!(made.load(Ordering::Relaxed), workers as u32);
    }
}

/// A thread of each worker ends the process as soon as it waits for a task.
fn workers_that_die_with_nothing_to_do_keep_no_task_and_no_join_waiting() {
    let (made, init) = counting(|| {
        drop(thread::spawn(|| {
            thread::sleep(Duration::from_millis(1));
            exit_now(7)
        }));
    });
    let pool = Pool::with_state(2, init, |(): &mut (), number: u64| square(number)).unwrap();
    until("they are replaced", || made.load(Ordering::Relaxed) > 60);
    let task = pool.apply_async(3).unwrap();
    assert!(task.wait_timeout(LIMIT), "the task waits without an end");
    if let Err(error) = task.get() {
        assert!(matches!(error.cause, Cause::WorkerDied { .. }), "{error}");
    }
    pool.join().unwrap();
}

/// Returns a pool, and the pid of a process that one of its tasks has left behind. That process has
/// everything that its parent had open, including the queue of answers.
fn pool_with_one_left_behind() -> (Pool<(), i32>, Pid) {
    let run = |()| {
        // SAFETY: the worker has one thread, and the child calls nothing of its parent's.
        match unsafe { nix::unistd::fork() }.unwrap() {
            ForkResult::Child => loop {
                nix::unistd::pause();
            },
            ForkResult::Parent { child } => child.as_raw(),
        }
    };
    let pool = Pool::new(1, run).unwrap();
    let left_behind = Pid::from_raw(pool.apply(()).unwrap());
    (pool, left_behind)
}

fn a_process_that_a_task_has_forked_and_left_behind_does_not_hold_up_join() {
    let (pool, left_behind) = pool_with_one_left_behind();
    let asked = Instant::now();
    pool.join().unwrap();
    kill(left_behind, Signal::SIGKILL).unwrap();
    assert!(asked.elapsed() < LIMIT);
}

/// Three pools: if each drop waited as long as it may wait for the supervisor (five seconds), the
/// test would exceed its time limit.
fn a_process_that_a_task_has_forked_and_left_behind_does_not_hold_up_drop() {
    for _ in 0..3 {
        let (pool, left_behind) = pool_with_one_left_behind();
        drop(pool);
        kill(left_behind, Signal::SIGKILL).unwrap();
    }
}

fn a_worker_that_exits_by_itself_is_replaced() {
    let pool = Pool::new(
        1,
        |code: i32| if code == 0 { pid() } else { exit_now(code) },
    )
    .unwrap();
    let first = pool.apply(0).unwrap();
    let died = Cause::WorkerDied {
        pid: first,
        exit: Some(Exit::Code(8)),
    };
    assert_eq!(pool.apply(8).unwrap_err().cause, died);
    assert_ne!(pool.apply(0).unwrap(), first);
}

/// Each task is answered once, with its value or with the death of its worker.
fn workers_killed_at_random_lose_only_what_they_had_in_hand() {
    for round in 0..20_u64 {
        let pool = Pool::new(2, square).unwrap();
        let tasks: Vec<_> = (0..3000)
            .map(|task| pool.apply_async(task).unwrap())
            .collect();
        let victim = pool.pids()[0];
        thread::sleep(Duration::from_micros(50 * round));
        assert!(kill_now(victim));
        let mut lost = 0;
        for (number, task) in (0..).zip(tasks) {
            assert!(task.wait_timeout(LIMIT), "task {number} in round {round}");
            match task.get() {
                Ok(value) => assert_eq!(value, square(number)),
                Err(error) => {
                    assert!(killed(&error), "{error}");
                    lost += 1;
                }
            }
        }
        assert!(lost <= 1, "{lost}");
        pool.join().unwrap();
    }
}

fn die() -> u32 {
    kill(getpid(), Signal::SIGKILL).unwrap();
    unreachable!("killed")
}

/// Row W16. The owner has a second thread, and must not fork; the supervisor may.
fn w16_a_dead_worker_is_replaced_also_when_the_owner_has_threads() {
    let pool = Pool::new(1, |number: u32| if number == 0 { die() } else { number }).unwrap();
    let (open, closed) = std::sync::mpsc::channel::<()>();
    let thread = thread::spawn(move || closed.recv());
    let first = pool.pids();
    for _ in 0..10 {
        assert!(killed(&pool.apply(0).unwrap_err()));
        assert_eq!(pool.apply(1).unwrap(), 1);
    }
    assert_ne!(pool.pids(), first);
    pool.join().unwrap();
    drop(open);
    thread.join().unwrap().unwrap_err();
}

#[derive(Debug, BorshSerialize)]
struct KillsItsReader(u32);

impl BorshDeserialize for KillsItsReader {
    fn deserialize_reader<R: std::io::Read>(reader: &mut R) -> std::io::Result<Self> {
        let number = u32::deserialize_reader(reader)?;
        if number == 2 {
            die();
        }
        Ok(Self(number))
    }
}

fn a_worker_killed_while_it_reads_its_argument_loses_that_task_only() {
    let pool = Pool::new(2, |argument: KillsItsReader| argument.0).unwrap();
    let tasks: Vec<_> = (0..6)
        .map(|number| pool.apply_async(KillsItsReader(number)).unwrap())
        .collect();
    for (number, task) in (0..).zip(tasks) {
        assert!(task.wait_timeout(LIMIT), "task {number}");
        match task.get() {
            Ok(value) => assert_eq!(value, number),
            Err(error) => assert!(number == 2 && killed(&error), "{error}"),
        }
    }
}

/// Row W16. It has let go of all that it had, and lives.
fn w16_a_worker_that_becomes_another_program_is_replaced() {
    let run = |number: u64| match number {
        0 => panic!("{}", Command::new("sleep").arg("100").exec()),
        _ => number,
    };
    let pool = Pool::new(2, run).unwrap();
    let task = pool.apply_async(0).unwrap();
    assert!(task.wait_timeout(LIMIT), "it is not told");
    assert!(killed(&task.get().unwrap_err()));
    assert_eq!(pool.map([1, 2, 3]), Ok(vec![1, 2, 3]));
    pool.join().unwrap();
}

/// Row W13. A stopped process does not react, but it can be killed.
fn w13_terminate_ends_in_time_also_when_something_holds_the_supervisor_up() {
    let pool = Pool::new(1, square).unwrap();
    let supervisor = multiprocess::active_children()[0].pid.cast_signed();
    kill(Pid::from_raw(supervisor), Signal::SIGSTOP).unwrap();
    let asked = Instant::now();
    pool.terminate();
    assert!(asked.elapsed() < LIMIT);
}
