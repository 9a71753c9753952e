//! What a pool promises when tasks fail and workers die. Each test is a process of its own.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::cell::Cell;
use std::os::unix::process::CommandExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::Command;
use std::rc::Rc;
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
    w11_a_task_that_fails_or_panics_is_an_error_and_the_pool_goes_on,
    w13_terminate_does_not_wait_for_the_tasks,
    w16_the_task_of_a_killed_worker_is_an_error_in_time,
    w16_a_worker_killed_from_outside_loses_one_task,
    w17_a_dropped_pool_leaves_nothing,
    a_pool_whose_workers_die_at_their_start_says_why,
    a_worker_that_ends_badly_once_all_is_done_is_not_replaced,
    workers_that_die_with_nothing_to_do_keep_no_task_and_no_join_waiting,
    a_process_that_a_task_has_forked_and_left_behind_does_not_hold_up_join,
    a_panic_whose_payload_panics_when_dropped_is_an_error_of_its_task,
    x11_failures_that_were_not_looked_at_are_counted,
    a_worker_that_exits_by_itself_is_replaced,
    workers_killed_at_random_lose_only_what_they_had_in_hand,
    a_task_without_arguments_is_a_task,
    w16_a_dead_worker_is_replaced_also_when_the_owner_has_threads,
    a_worker_killed_while_it_reads_its_argument_loses_that_task_only,
    a_result_whose_reading_panics_is_a_failure_of_its_task,
    w12_a_callback_that_panics_takes_no_other_with_it,
    w12_a_panic_in_a_callback_is_the_only_one,
    w16_a_worker_that_becomes_another_program_is_replaced,
    w13_terminate_ends_in_time_also_when_something_holds_the_supervisor_up,
];

const LIMIT: Duration = Duration::from_secs(20);

fn square(number: u64) -> u64 {
    number * number
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

/// The error of a task in a pool of two whose workers end in `init`.
fn error_of_init(init: fn() -> u32) -> String {
    let pool = Pool::with_state(2, init, |_: &mut u32, number: u32| number).unwrap();
    let task = pool.apply_async(1).unwrap();
    assert!(
        task.wait_timeout(LIMIT),
        "the pool starts workers without an end"
    );
    let error = task.get().unwrap_err();
    assert!(matches!(error.cause, Cause::NoWorker(_)), "{error}");
    // It knows of one task only; the others say so as well.
    assert_eq!(pool.map([1, 2]).unwrap_err().cause, error.cause);
    drop(pool.apply_async(3).unwrap());
    assert_eq!(pool.join().unwrap_err().first.cause, error.cause);
    error.to_string()
}

fn a_pool_whose_workers_die_at_their_start_says_why() {
    let panicked = error_of_init(|| panic!("no connection"));
    assert!(panicked.contains("panicked: no connection"), "{panicked}");
    // Longer than the queue in which it comes.
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

/// Its destructor panics.
struct Grenade;

impl Drop for Grenade {
    fn drop(&mut self) {
        panic!("the end of a state");
    }
}

/// Makes its state, and counts how often.
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

/// A thread of theirs ends them as soon as they wait for a task.
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

/// It has all that its parent had open, the queue of answers too.
fn a_process_that_a_task_has_forked_and_left_behind_does_not_hold_up_join() {
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
    let asked = Instant::now();
    pool.join().unwrap();
    kill(left_behind, Signal::SIGKILL).unwrap();
    assert!(asked.elapsed() < LIMIT);
}

fn a_panic_whose_payload_panics_when_dropped_is_an_error_of_its_task() {
    let run = |number: u64| match number {
        0 => std::panic::panic_any(Grenade),
        _ => Ok::<_, String>(number),
    };
    let pool = Pool::new(1, run).unwrap();
    let pids = pool.pids();
    for tasks in [&[1, 0, 2][..], &[0]] {
        let error = pool.map(tasks.to_vec()).unwrap_err();
        assert!(matches!(error.cause, Cause::Panicked(_)), "{error}");
    }
    assert_eq!(pool.apply(5), Ok(5));
    assert_eq!(pool.pids(), pids);
    pool.join().unwrap();
}

/// Row X11.
fn x11_failures_that_were_not_looked_at_are_counted() {
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

#[derive(Debug, BorshSerialize)]
struct PanicsItsReader(u32);

impl BorshDeserialize for PanicsItsReader {
    fn deserialize_reader<R: std::io::Read>(reader: &mut R) -> std::io::Result<Self> {
        let number = u32::deserialize_reader(reader)?;
        assert_ne!(number, 2, "no two");
        Ok(Self(number))
    }
}

/// The owner reads it, in the middle of its own work.
fn a_result_whose_reading_panics_is_a_failure_of_its_task() {
    let pool = Pool::new(1, |n| Ok::<_, String>(PanicsItsReader(n))).unwrap();
    let tasks: Vec<_> = (0..4).map(|n| pool.apply_async(n).unwrap()).collect();
    for (number, task) in (0..).zip(tasks) {
        match task.get() {
            Ok(value) => assert_eq!(value.0, number),
            Err(error) => {
                let text = error.to_string();
                assert!(number == 2 && text.contains("no two"), "{text}");
            }
        }
    }
    let text = pool.map([1, 2, 3]).unwrap_err().to_string();
    assert!(text.contains("no two"), "{text}");
    pool.join().unwrap();
}

/// Row W12: each is called once.
fn w12_a_callback_that_panics_takes_no_other_with_it() {
    let is_last = AtomicValue::new(AtomicU32::new(0)).unwrap();
    let begun = is_last.clone();
    let run = move |number: u32| begun.store(number, Ordering::Relaxed);
    let pool = Pool::new(1, run).unwrap();
    let called = Rc::new(Cell::new(0));
    for number in 0..4 {
        let called = Rc::clone(&called);
        let count = move |()| {
            called.set(called.get() + 1);
            assert_ne!(number, 1, "the callback of task 1");
        };
        pool.apply_async_with(number, count, |_| ()).unwrap();
    }
    let last = pool.apply_async(4).unwrap();
    // Then the four before it are answered, and one turn takes all of them in.
    until("the last one is begun", || {
        is_last.load(Ordering::Relaxed) == 4
    });
    catch_unwind(AssertUnwindSafe(|| last.wait_timeout(LIMIT))).unwrap_err();
    assert_eq!(last.get(), Ok(()));
    pool.join().unwrap();
    assert_eq!(called.get(), 4);
}

/// Row W12: the pool is dropped by that panic, and a second one then would abort the program.
fn w12_a_panic_in_a_callback_is_the_only_one() {
    let caught = catch_unwind(|| {
        let pool = Pool::new(1, |seconds: u64| {
            thread::sleep(Duration::from_secs(seconds));
        });
        let pool = pool.unwrap();
        for seconds in [0, 100] {
            let value = |()| panic!("the value");
            let error = |error: TaskError| panic!("{error}");
            pool.apply_async_with(seconds, value, error).unwrap();
        }
        pool.join()
    });
    let text = common::panic_text(&*caught.unwrap_err());
    assert_eq!(text, "the value");
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
