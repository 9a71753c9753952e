//! What a pool promises. Each test is a process of its own.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::collections::HashSet;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use borsh::{BorshDeserialize, BorshSerialize};
use common::pid;
use ipc_shared::AtomicValue;
use multiprocess::{Exit, exit_now};
use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, getpid};
use pool::{Cause, Pool, PoolError, SubmitError, TaskError};

lesson_test::forking_tests![
    w01_apply_runs_in_another_process,
    w02_map_gives_what_a_sequential_map_gives,
    w03_submitting_does_not_wait,
    w04_waiting_for_a_result_ends_in_time_and_the_value_comes_later,
    w05_a_pool_of_0_is_an_error,
    w06_the_workers_are_alive_before_any_task,
    w07_a_worker_is_used_again,
    w08_exactly_three_tasks_run_at_a_time,
    w09_a_closed_pool_accepts_nothing_and_does_the_rest,
    w10_join_returns_when_every_result_is_there,
    w11_a_task_that_fails_or_panics_is_an_error_and_the_pool_goes_on,
    w13_terminate_does_not_wait_for_the_tasks,
    w14_nothing_in_gives_nothing_out,
    w15_results_come_one_by_one_in_order_or_as_they_are_done,
    w16_the_task_of_a_killed_worker_is_an_error_in_time,
    w16_a_worker_killed_from_outside_loses_one_task,
    w17_a_dropped_pool_leaves_nothing,
    w18_each_worker_makes_its_state_once_before_its_first_task,
    a_pool_whose_workers_die_at_their_start_says_so,
    x11_failures_that_nobody_looked_at_are_counted,
    a_worker_that_exits_by_itself_is_replaced,
    arguments_and_values_of_a_megabyte_pass,
    an_argument_that_is_too_long_is_refused,
    more_tasks_than_the_queue_can_hold_are_all_done,
    workers_killed_at_random_lose_only_what_they_had_in_hand,
    a_task_without_arguments_is_a_task,
    a_pool_whose_last_worker_cannot_be_replaced_says_so,
    a_pool_grows_to_its_size_again_when_it_can,
    a_worker_killed_while_it_reads_its_argument_loses_that_task_only,
];

const LIMIT: Duration = Duration::from_secs(5);

fn square(number: u64) -> u64 {
    number * number
}

/// Row W01.
fn w01_apply_runs_in_another_process() {
    let pool = Pool::new(2, |number: u64| (square(number), pid())).unwrap();
    let (value, worker) = pool.apply(5).unwrap();
    assert_eq!(value, 25);
    assert_ne!(worker, pid());
    assert!(pool.pids().contains(&worker));
}

/// Row W02.
fn w02_map_gives_what_a_sequential_map_gives() {
    let pool = Pool::new(4, square).unwrap();
    let expected: Vec<u64> = (0..100).map(square).collect();
    assert_eq!(pool.map(0..10).unwrap(), expected[..10]);
    assert_eq!(pool.map_packets(0..100, 20).unwrap(), expected);
    assert_eq!(pool.map_packets(0..99, 20).unwrap(), expected[..99]);
    pool.join().unwrap();
}

/// Row W03.
fn w03_submitting_does_not_wait() {
    let sleep = |millis: u64| thread::sleep(Duration::from_millis(millis));
    let pool = Pool::new(1, sleep).unwrap();
    let asked = Instant::now();
    let task = pool.apply_async(200).unwrap();
    assert!(asked.elapsed() < Duration::from_millis(150));
    task.get().unwrap();
    assert!(asked.elapsed() >= Duration::from_millis(200));
}

/// Row W04.
fn w04_waiting_for_a_result_ends_in_time_and_the_value_comes_later() {
    let slow = |number: u64| {
        thread::sleep(Duration::from_secs(1));
        number
    };
    let pool = Pool::new(1, slow).unwrap();
    let task = pool.apply_async(7).unwrap();
    let (asked, limit) = (Instant::now(), Duration::from_millis(100));
    assert!(!task.wait_timeout(limit));
    assert!((limit..Duration::from_millis(900)).contains(&asked.elapsed()));
    assert_eq!(task.get().unwrap(), 7);
    assert!(asked.elapsed() >= Duration::from_millis(900));
}

/// Row W05.
fn w05_a_pool_of_0_is_an_error() {
    assert!(matches!(Pool::new(0, square), Err(PoolError::NoWorkers)));
    assert_eq!(multiprocess::active_children(), []);
}

/// Row W06.
fn w06_the_workers_are_alive_before_any_task() {
    let pool = Pool::new(3, square).unwrap();
    assert_eq!(multiprocess::active_children().len(), 3);
    for pid in pool.pids() {
        kill(Pid::from_raw(pid.cast_signed()), None).unwrap();
    }
    drop(pool);
    let pool = Pool::for_each_cpu(square).unwrap();
    assert_eq!(
        pool.pids().len(),
        thread::available_parallelism().unwrap().get()
    );
}

/// Row W07.
fn w07_a_worker_is_used_again() {
    let pool = Pool::new(3, |_: u32| pid()).unwrap();
    let tasks: Vec<_> = (0..100)
        .map(|task| pool.apply_async(task).unwrap())
        .collect();
    let pids: HashSet<u32> = tasks.into_iter().map(|task| task.get().unwrap()).collect();
    assert!(
        (1..=3).contains(&pids.len()) && !pids.contains(&pid()),
        "{pids:?}"
    );
}

/// A pool of 3 whose tasks count themselves in and then wait until the gate is not 0.
fn gated() -> (
    Pool<u32, u32>,
    AtomicValue<AtomicU32>,
    AtomicValue<AtomicU32>,
) {
    let inside = AtomicValue::new(AtomicU32::new(0)).unwrap();
    let gate = AtomicValue::new(AtomicU32::new(0)).unwrap();
    let (count, opened) = (inside.clone(), gate.clone());
    let wait = move |task: u32| {
        count.fetch_add(1, Ordering::Relaxed);
        while opened.load(Ordering::Relaxed) == 0 {
            thread::sleep(Duration::from_millis(1));
        }
        task
    };
    (Pool::new(3, wait).unwrap(), inside, gate)
}

fn until(what: &str, is_so: impl Fn() -> bool) {
    let limit = Instant::now() + LIMIT;
    while !is_so() {
        assert!(Instant::now() < limit, "{what}");
        thread::yield_now();
    }
}

/// Row W08.
fn w08_exactly_three_tasks_run_at_a_time() {
    let (pool, inside, gate) = gated();
    let tasks: Vec<_> = (0..45)
        .map(|task| pool.apply_async(task).unwrap())
        .collect();
    until("three tasks begin", || inside.load(Ordering::Relaxed) == 3);
    assert!(!tasks[44].wait_timeout(Duration::from_millis(200)));
    assert_eq!(inside.load(Ordering::Relaxed), 3);
    gate.store(1, Ordering::Relaxed);
    for (expected, task) in (0..).zip(tasks) {
        assert_eq!(task.get().unwrap(), expected);
    }
    assert_eq!(inside.load(Ordering::Relaxed), 45);
}

/// Row W09.
fn w09_a_closed_pool_accepts_nothing_and_does_the_rest() {
    let (pool, _, gate) = gated();
    let tasks: Vec<_> = (0..10)
        .map(|task| pool.apply_async(task).unwrap())
        .collect();
    pool.close();
    assert!(matches!(pool.apply_async(11), Err(SubmitError::Closed(11))));
    let refused = pool.map([1]).unwrap_err();
    assert!(matches!(refused.cause, Cause::Refused(_)), "{refused}");
    gate.store(1, Ordering::Relaxed);
    pool.join().unwrap();
    for (expected, task) in (0..).zip(tasks) {
        assert_eq!(task.get().unwrap(), expected);
    }
}

/// Row W10.
fn w10_join_returns_when_every_result_is_there() {
    let done = AtomicValue::new(AtomicU32::new(0)).unwrap();
    let count = done.clone();
    let pool = Pool::new(3, move |number: u64| {
        thread::sleep(Duration::from_millis(number % 7));
        count.fetch_add(1, Ordering::Relaxed);
        number
    })
    .unwrap();
    let tasks: Vec<_> = (0..50)
        .map(|task| pool.apply_async(task).unwrap())
        .collect();
    pool.join().unwrap();
    assert_eq!(done.load(Ordering::Relaxed), 50);
    for (expected, task) in (0..).zip(tasks) {
        assert!(task.wait_timeout(Duration::ZERO));
        assert_eq!(task.get().unwrap(), expected);
    }
}

/// Row W11.
fn w11_a_task_that_fails_or_panics_is_an_error_and_the_pool_goes_on() {
    let pool = Pool::new(2, |number: u32| match number {
        1 => Err("no one".to_owned()),
        2 => panic!("not {}", "two"),
        _ => Ok(number),
    })
    .unwrap();
    let pids = pool.pids();
    let error = |task, cause| TaskError { task, cause };
    assert_eq!(
        pool.apply(1),
        Err(error(0, Cause::Failed("no one".to_owned())))
    );
    assert_eq!(
        pool.apply(2),
        Err(error(1, Cause::Panicked("not two".to_owned())))
    );
    assert_eq!(
        pool.map([3, 1, 2]),
        Err(error(3, Cause::Failed("no one".to_owned())))
    );
    assert_eq!(pool.map([3, 4, 5, 6]).unwrap(), [3, 4, 5, 6]);
    assert_eq!(pool.pids(), pids);
    pool.join().unwrap();
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
    assert!(asked.elapsed() < Duration::from_secs(2));
    assert_eq!(multiprocess::active_children(), []);
    for task in tasks {
        assert_eq!(task.get().unwrap_err().cause, Cause::Stopped);
    }
}

/// Row W14.
fn w14_nothing_in_gives_nothing_out() {
    let pool = Pool::new(2, square).unwrap();
    assert!(pool.map([]).unwrap().is_empty());
    assert!(pool.map_async([]).unwrap().get().unwrap().is_empty());
    assert!(pool.imap([]).unwrap().next().is_none());
    assert!(pool.imap_unordered([]).unwrap().next().is_none());
}

/// Row W15.
fn w15_results_come_one_by_one_in_order_or_as_they_are_done() {
    let pool = Pool::new(3, square).unwrap();
    for count in [10, 1000] {
        let ordered = pool.imap(0..count).unwrap().map(Result::unwrap);
        assert!(ordered.eq((0..count).map(square)));
        let mut unordered: Vec<_> = pool.imap_unordered(0..count).unwrap().flatten().collect();
        unordered.sort_unstable();
        assert!(unordered.into_iter().eq((0..count).map(square)));
    }
}

fn killed(error: &TaskError) -> bool {
    let exit = Exit::Signal(Signal::SIGKILL as i32);
    matches!(error.cause, Cause::WorkerDied { exit: found, .. } if found == exit)
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
    assert_eq!(pool.pids().len(), 2);
    pool.join().unwrap();
}

/// Row W16.
fn w16_a_worker_killed_from_outside_loses_one_task() {
    let (pool, inside, gate) = gated();
    let tasks: Vec<_> = (0..6).map(|task| pool.apply_async(task).unwrap()).collect();
    until("three tasks begin", || inside.load(Ordering::Relaxed) == 3);
    kill(Pid::from_raw(pool.pids()[0].cast_signed()), Signal::SIGKILL).unwrap();
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
    assert!(asked.elapsed() < Duration::from_secs(2));
    assert_eq!(task.get().unwrap_err().cause, Cause::Stopped);
    assert_eq!(multiprocess::active_children(), []);
}

/// Row W18.
fn w18_each_worker_makes_its_state_once_before_its_first_task() {
    let made = AtomicValue::new(AtomicU32::new(0)).unwrap();
    let (count, argument) = (made.clone(), 40_u32);
    let init = move || {
        count.fetch_add(1, Ordering::Relaxed);
        (argument, 0)
    };
    let run = |state: &mut (u32, u32), number: u32| {
        state.1 += 1;
        (state.0 + number, pid(), state.1)
    };
    let pool = Pool::with_state(2, init, run).unwrap();
    let results = pool.map_packets([2; 50], 1).unwrap();
    assert!(results.iter().all(|result| result.0 == 42));
    for pid in pool.pids() {
        let counts = results
            .iter()
            .filter(|result| result.1 == pid)
            .map(|result| result.2);
        let counts: Vec<u32> = counts.collect();
        assert!(
            counts.iter().copied().eq(1..=counts.len() as u32),
            "{counts:?}"
        );
    }
    pool.join().unwrap();
    assert_eq!(made.load(Ordering::Relaxed), 2);
}

fn a_pool_whose_workers_die_at_their_start_says_so() {
    let init = || -> u32 { panic!("no connection") };
    let pool = Pool::with_state(2, init, |_: &mut u32, number: u32| number).unwrap();
    let task = pool.apply_async(1).unwrap();
    assert!(task.wait_timeout(LIMIT), "the pool starts workers for ever");
    assert_eq!(task.get().unwrap_err().cause, Cause::Stopped);
    assert!(pool.join().is_ok());
}

/// Row X11.
fn x11_failures_that_nobody_looked_at_are_counted() {
    let fail = |number: u32| number.is_multiple_of(2).then_some(()).ok_or("odd");
    let pool = Pool::new(2, fail).unwrap();
    let mut kept = Vec::new();
    for number in 0..6 {
        let task = pool.apply_async(number).unwrap();
        if number == 5 {
            kept.push(task); // looked at too late
        }
    }
    assert!(pool.apply(7).is_err()); // looked at
    let unseen = pool.join().unwrap_err();
    assert!(kept.remove(0).get().is_err());
    assert_eq!(unseen.count, 3);
    assert_eq!(unseen.first.to_string(), "task 1 failed: odd");
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
        exit: Exit::Code(8),
    };
    assert_eq!(pool.apply(8).unwrap_err().cause, died);
    assert_ne!(pool.apply(0).unwrap(), first);
}

fn arguments_and_values_of_a_megabyte_pass() {
    let pool = Pool::new(2, |bytes: Vec<u8>| bytes).unwrap();
    let bytes: Vec<u8> = (0..1_000_000)
        .map(|byte: u32| byte.to_le_bytes()[1])
        .collect();
    let tasks = [0; 8].map(|_| pool.apply_async(bytes.clone()).unwrap());
    for task in tasks {
        assert!(task.get().unwrap() == bytes);
    }
}

fn an_argument_that_is_too_long_is_refused() {
    let pool = Pool::new(2, |bytes: Vec<u8>| bytes.len() as u64).unwrap();
    let refused = pool.apply(vec![0; 3 << 20]).unwrap_err();
    assert!(matches!(refused.cause, Cause::Refused(_)), "{refused}");
    assert_eq!(pool.apply(vec![0; 1 << 20]).unwrap(), 1 << 20);
    let nan = Pool::new(1, |float: f64| float).unwrap();
    assert!(matches!(
        nan.apply_async(f64::NAN),
        Err(SubmitError::Encode(..))
    ));
    let answer = Pool::new(1, |_: u8| f64::NAN)
        .unwrap()
        .apply(1)
        .unwrap_err();
    assert!(matches!(answer.cause, Cause::Failed(_)), "{answer}");
}

fn more_tasks_than_the_queue_can_hold_are_all_done() {
    let pool = Pool::new(2, square).unwrap();
    let tasks: Vec<_> = (0..200_000)
        .map(|task| pool.apply_async(task).unwrap())
        .collect();
    for (number, task) in (0..).zip(tasks) {
        assert_eq!(task.get().unwrap(), square(number));
    }
    pool.join().unwrap();
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
        kill(Pid::from_raw(victim.cast_signed()), Signal::SIGKILL).unwrap();
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

fn a_task_without_arguments_is_a_task() {
    let pool = Pool::new(2, |(): ()| pid()).unwrap();
    assert!(pool.pids().contains(&pool.apply(()).unwrap()));
    assert_eq!(pool.map([(), (), ()]).unwrap().len(), 3);
    pool.join().unwrap();
}

fn die() -> u32 {
    kill(getpid(), Signal::SIGKILL).unwrap();
    unreachable!("killed")
}

/// With a second thread, no worker can be forked.
fn a_pool_whose_last_worker_cannot_be_replaced_says_so() {
    let pool = Pool::new(1, |number: u32| if number == 0 { die() } else { number }).unwrap();
    let (open, closed) = std::sync::mpsc::channel::<()>();
    let thread = thread::spawn(move || closed.recv());
    assert!(killed(&pool.apply(0).unwrap_err()));
    let (task, asked) = (pool.apply_async(1).unwrap(), Instant::now());
    assert_eq!(task.get().unwrap_err().cause, Cause::Stopped);
    assert!(
        pool.imap_unordered([1, 2])
            .unwrap()
            .all(|result| result.is_err())
    );
    assert!(asked.elapsed() < LIMIT);
    drop(open);
    thread.join().unwrap().unwrap_err();
    assert_eq!(pool.apply(1).unwrap(), 1);
    pool.join().unwrap();
}

fn a_pool_grows_to_its_size_again_when_it_can() {
    let pool = Pool::new(3, |number: u32| if number == 0 { die() } else { number }).unwrap();
    let (open, closed) = std::sync::mpsc::channel::<()>();
    let thread = thread::spawn(move || closed.recv());
    assert!(killed(&pool.apply(0).unwrap_err()));
    assert_eq!(pool.apply(1).unwrap(), 1);
    assert_eq!(pool.pids().len(), 2);
    drop(open);
    thread.join().unwrap().unwrap_err();
    assert_eq!(pool.apply(1).unwrap(), 1);
    assert_eq!(pool.pids().len(), 3);
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
