//! The promises of a pool. Each test runs in a process of its own.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::fs::File;
use std::io::{self, Read, Seek};
use std::rc::Rc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use common::pid;
use ipc_shared::AtomicValue;
use lesson_test::until;
use nix::sys::memfd::{MFdFlags, memfd_create};
use nix::sys::signal::kill;
use nix::unistd::{Pid, dup, dup2_stdout};
use pool::{Cause, Pool, PoolError, SubmitError, TaskError};

mod gate;

use gate::gated;

lesson_test::forking_tests![
    w01_apply_runs_in_another_process,
    w02_map_returns_the_values_of_a_sequential_map,
    w03_submitting_does_not_wait,
    w04_waiting_for_a_result_ends_in_time_and_the_value_comes_later,
    w05_a_pool_of_0_is_an_error,
    w06_the_workers_are_alive_before_any_task,
    w07_a_worker_is_used_again,
    w08_exactly_three_tasks_run_at_a_time,
    w09_a_closed_pool_accepts_nothing_and_does_the_rest,
    w10_join_returns_when_every_result_is_there,
    w12_one_of_two_callbacks_is_called_once_in_the_owner,
    w12_a_pool_that_is_dropped_calls_with_the_error,
    w14_no_arguments_make_no_results,
    w15_results_come_one_by_one_in_order_or_as_they_are_done,
    w18_each_worker_makes_its_state_once_before_its_first_task,
    arguments_and_values_of_a_megabyte_pass,
    arguments_of_any_length_pass,
    more_long_arguments_than_the_file_takes_pass,
    a_value_without_bytes_is_refused,
    more_tasks_than_the_queue_can_hold_are_all_done,
    text_of_print_in_a_task_comes_out_once,
];

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
fn w02_map_returns_the_values_of_a_sequential_map() {
    let pool = Pool::new(4, square).unwrap();
    let expected: Vec<u64> = (0..100).map(square).collect();
    assert_eq!(pool.map(0..10).unwrap(), expected[..10]);
    assert_eq!(pool.map_packets(0..100, 20).unwrap(), expected);
    assert_eq!(pool.map_packets(0..99, 20).unwrap(), expected[..99]);
    pool.join().unwrap();
}

/// Row W03.
fn w03_submitting_does_not_wait() {
    let (pool, _, gate) = gated();
    let task = pool.apply_async(3).unwrap();
    // Only now can it end.
    gate.store(1, Ordering::Relaxed);
    assert_eq!(task.get().unwrap(), 3);
}

/// Row W04.
fn w04_waiting_for_a_result_ends_in_time_and_the_value_comes_later() {
    let (pool, _, gate) = gated();
    let task = pool.apply_async(7).unwrap();
    let (asked, limit) = (Instant::now(), Duration::from_millis(100));
    assert!(!task.wait_timeout(limit));
    assert!(asked.elapsed() >= limit);
    gate.store(1, Ordering::Relaxed);
    assert_eq!(task.get().unwrap(), 7);
}

/// Row W05.
fn w05_a_pool_of_0_is_an_error() {
    assert!(matches!(Pool::new(0, square), Err(PoolError::NoWorkers)));
    assert_eq!(multiprocess::active_children(), []);
}

/// Row W06.
fn w06_the_workers_are_alive_before_any_task() {
    let pool = Pool::new(3, square).unwrap();
    assert_eq!(pool.pids().len(), 3);
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

/// Row W12.
fn w12_one_of_two_callbacks_is_called_once_in_the_owner() {
    let run = |number: u32| (number != 2).then_some(number).ok_or("no two");
    let pool = Rc::new(Pool::new(2, run).unwrap());
    let calls = Rc::new(RefCell::new(Vec::new()));
    for task in 0..4 {
        let (values, errors, again) = (Rc::clone(&calls), Rc::clone(&calls), Rc::clone(&pool));
        let value = move |value: u32| {
            values.borrow_mut().push((value, pid(), None));
            // The callback may use the pool.
            assert_eq!(again.apply(7), Ok(7));
        };
        let error = move |error: TaskError| {
            let text = error.to_string();
            errors.borrow_mut().push((2, pid(), Some(text)));
        };
        pool.apply_async_with(task, value, error).unwrap();
    }
    assert!(calls.borrow().is_empty(), "only in a call that waits");
    until("all are called", || {
        pool.apply(5).unwrap();
        calls.borrow().len() == 4
    });
    Rc::into_inner(pool).unwrap().join().unwrap();
    let mut calls = calls.take();
    calls.sort();
    let mut expected = [0, 1, 2, 3].map(|task| (task, pid(), None));
    expected[2].2 = Some("task 2 failed: no two".to_owned());
    assert_eq!(calls, expected);
}

/// Row W12.
fn w12_a_pool_that_is_dropped_calls_with_the_error() {
    let sleep = |seconds: u64| thread::sleep(Duration::from_secs(seconds));
    let pool = Pool::new(1, sleep).unwrap();
    let stopped = Rc::new(Cell::new(false));
    let flag = Rc::clone(&stopped);
    let error = move |error: TaskError| flag.set(error.cause == Cause::Stopped);
    pool.apply_async_with(100, |()| panic!("it was not done"), error)
        .unwrap();
    drop(pool);
    assert!(stopped.get());
}

/// Row W14.
fn w14_no_arguments_make_no_results() {
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

/// Returns bytes that show whether they are all there and in their places.
fn long(len: usize) -> Vec<u8> {
    let mut bytes = vec![7; len];
    for at in (0..len).step_by(1021) {
        bytes[at] = (at % 251) as u8;
    }
    bytes
}

fn arguments_of_any_length_pass() {
    let pool = Pool::new(2, |bytes: Vec<u8>| bytes == long(bytes.len())).unwrap();
    // Lengths around the one from which a file is used, and around the room of the queue.
    for len in [1 << 20, 2 << 20] {
        for len in (len - 48..len + 8).step_by(2) {
            assert_eq!(pool.apply(long(len)), Ok(true), "{len}");
        }
    }
    pool.join().unwrap();
}

fn more_long_arguments_than_the_file_takes_pass() {
    let pool = Pool::new(2, |bytes: Vec<u8>| bytes == long(bytes.len())).unwrap();
    assert_eq!(pool.apply(long(20 << 20)), Ok(true));
    let more_than_the_file_takes = [3_usize; 26].map(|mib| long(mib << 20));
    let all = pool.map(more_than_the_file_takes).unwrap();
    assert_eq!(all, [true; 26]);
    let results = pool.imap((0..20).map(|mib| long(mib << 18))).unwrap();
    assert!(results.map(Result::unwrap).eq([true; 20]));
    pool.join().unwrap();
}

fn a_value_without_bytes_is_refused() {
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
    let tasks: Vec<_> = (0..100_000)
        .map(|task| pool.apply_async(task).unwrap())
        .collect();
    for (number, task) in (0..).zip(tasks) {
        assert_eq!(task.get().unwrap(), square(number));
    }
    pool.join().unwrap();
}

/// Text that std's own `print!` has buffered: that of the owner before the fork, and that of a task
/// after it, even if its worker is killed after it has answered.
fn text_of_print_in_a_task_comes_out_once() {
    prints_once(|pool| pool.join().unwrap());
    prints_once(|pool| {
        let worker = Pid::from_raw(pool.pids()[0].cast_signed());
        kill(worker, nix::sys::signal::Signal::SIGKILL).unwrap();
    });
}

#[expect(clippy::disallowed_macros, reason = "its buffer is the subject")]
fn prints_once(end: fn(Pool<u32, ()>)) {
    let mut file = File::from(memfd_create("stdout", MFdFlags::empty()).unwrap());
    let ours = dup(io::stdout()).unwrap();
    dup2_stdout(&file).unwrap();
    print!("owner;");
    let pool = Pool::new(1, |number: u32| print!("task {number};")).unwrap();
    pool.map([1, 2]).unwrap();
    end(pool);
    dup2_stdout(ours).unwrap();
    let mut text = String::new();
    file.rewind().unwrap();
    file.read_to_string(&mut text).unwrap();
    assert_eq!(text, "owner;task 1;task 2;");
}
