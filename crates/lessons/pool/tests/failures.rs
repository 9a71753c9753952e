//! The promises of a pool when tasks fail. Each test runs in a process of its own.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::cell::Cell;
use std::io::{self, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::{self, panicking};
use std::time::Duration;

use borsh::{BorshDeserialize, BorshSerialize};
use common::pid;
use ipc_shared::AtomicValue;
use lesson_test::until;
use pool::{Cause, Pool, SubmitError, TaskError, TaskHandle};

lesson_test::forking_tests![
    w11_a_task_that_fails_or_panics_is_an_error_and_the_pool_goes_on,
    a_panic_whose_payload_panics_when_dropped_is_an_error_of_its_task,
    the_destructor_of_a_value_may_panic_and_the_worker_goes_on,
    an_argument_or_a_value_whose_code_panics_fails_its_task_with_the_text,
    x11_failures_that_were_not_looked_at_are_counted,
    a_task_without_arguments_is_a_task,
    a_result_whose_reading_panics_is_a_failure_of_its_task,
    w12_a_callback_that_panics_takes_no_other_with_it,
    w12_a_panic_in_a_callback_is_the_only_one,
    a_destructor_of_an_argument_or_a_refused_callback_may_use_the_pool,
];

const LIMIT: Duration = Duration::from_secs(20);

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

/// A value whose destructor panics.
struct Grenade;

impl Drop for Grenade {
    fn drop(&mut self) {
        panic!("the end of a state");
    }
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

/// A value that cannot end without a panic in a worker.
#[derive(Debug, PartialEq, BorshSerialize, BorshDeserialize)]
struct PanicsAtWork(u32, u32);

impl Drop for PanicsAtWork {
    fn drop(&mut self) {
        assert!(self.1 == pid() || panicking(), "the end of a value");
    }
}

fn the_destructor_of_a_value_may_panic_and_the_worker_goes_on() {
    let owner = pid();
    let run = move |number: u32| {
        (number < 20)
            .then(|| PanicsAtWork(number, owner))
            .ok_or("20")
    };
    let pool = Pool::new(1, run).unwrap();
    let pids = pool.pids();
    for number in 0..10 {
        assert_eq!(pool.apply(number), Ok(PanicsAtWork(number, owner)));
    }
    // In a packet with a failure the values are not sent.
    let error = pool.map_packets([1, 20], 2).unwrap_err();
    assert_eq!(error.to_string(), "task 11 failed: 20");
    assert_eq!(pool.pids(), pids);
    pool.join().unwrap();
}

/// 2 panics when it is read, and 3 when it is written, but not in `owner`.
#[derive(Debug, PartialEq)]
struct PanicsInWorkers(u32, u32);

impl BorshSerialize for PanicsInWorkers {
    fn serialize<W: Write>(&self, writer: &mut W) -> io::Result<()> {
        assert!(self.0 != 3 || pid() == self.1, "no three");
        (self.0, self.1).serialize(writer)
    }
}

impl BorshDeserialize for PanicsInWorkers {
    fn deserialize_reader<R: Read>(reader: &mut R) -> io::Result<Self> {
        let (number, owner) = BorshDeserialize::deserialize_reader(reader)?;
        assert!(number != 2 || pid() == owner, "no two");
        Ok(Self(number, owner))
    }
}

fn an_argument_or_a_value_whose_code_panics_fails_its_task_with_the_text() {
    let pool = Pool::new(1, Ok::<PanicsInWorkers, String>).unwrap();
    let (owner, pids) = (pid(), pool.pids());
    let text = |number| {
        pool.apply(PanicsInWorkers(number, owner))
            .unwrap_err()
            .to_string()
    };
    let (read, written) = (text(2), text(3));
    assert!(
        read.contains("task 0 failed") && read.contains("no two"),
        "{read}"
    );
    assert!(
        written.contains("task 1 failed") && written.contains("no three"),
        "{written}"
    );
    let arguments = [1, 2, 4].map(|number| PanicsInWorkers(number, owner));
    let error = pool.map_packets(arguments, 3).unwrap_err();
    assert!(
        error.task == 3 && error.to_string().contains("no two"),
        "{error}"
    );
    assert_eq!(pool.apply(PanicsInWorkers(4, owner)).unwrap().0, 4);
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
            kept.push(task); // read too late
        }
    }
    assert!(pool.apply(7).is_err()); // its error is read
    let unseen = pool.join().unwrap_err();
    assert!(kept.remove(0).get().is_err());
    assert_eq!(unseen.count, 3);
    assert_eq!(unseen.first.to_string(), "task 1 failed: odd");
}

fn a_task_without_arguments_is_a_task() {
    let pool = Pool::new(2, |(): ()| pid()).unwrap();
    assert!(pool.pids().contains(&pool.apply(()).unwrap()));
    assert_eq!(pool.map([(), (), ()]).unwrap().len(), 3);
    pool.join().unwrap();
}

#[derive(Debug, BorshSerialize)]
struct PanicsItsReader(u32);

impl BorshDeserialize for PanicsItsReader {
    fn deserialize_reader<R: Read>(reader: &mut R) -> io::Result<Self> {
        let number = u32::deserialize_reader(reader)?;
        assert_ne!(number, 2, "no two");
        Ok(Self(number))
    }
}

/// The owner decodes the result, in the middle of its own work.
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
    // Then the four tasks before it are answered, and one turn takes in all answers.
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

/// A number that holds a task of the pool to which it is an argument. 0 cannot be encoded.
#[derive(Debug)]
struct Holds(
    u32,
    #[expect(dead_code, reason = "for its destructor")] Option<TaskHandle<u32>>,
);

impl BorshSerialize for Holds {
    fn serialize<W: Write>(&self, writer: &mut W) -> io::Result<()> {
        match self.0 {
            0 => Err(io::Error::other("no nought")),
            number => number.serialize(writer),
        }
    }
}

impl BorshDeserialize for Holds {
    fn deserialize_reader<R: Read>(reader: &mut R) -> io::Result<Self> {
        Ok(Self(u32::deserialize_reader(reader)?, None))
    }
}

fn a_destructor_of_an_argument_or_a_refused_callback_may_use_the_pool() {
    let pool = Pool::new(1, |argument: Holds| argument.0).unwrap();
    let task = || Some(pool.apply_async(Holds(1, None)).unwrap());
    let callback = || {
        let task = task();
        move |_| drop(task)
    };
    assert_eq!(pool.apply(Holds(2, task())), Ok(2));
    let results: Vec<_> = pool
        .imap([Holds(3, task()), Holds(0, task())])
        .unwrap()
        .collect();
    assert!(matches!(results[..], [Ok(3), Err(_)]), "{results:?}");
    let (with, late) = (callback(), callback());
    let refused = pool.apply_async_with(Holds(0, task()), with, |_| ());
    assert!(matches!(refused, Err(SubmitError::Encode(..))));
    let last = task();
    pool.close();
    let refused = pool.apply_async_with(Holds(4, last), late, |_| ());
    assert!(matches!(refused, Err(SubmitError::Closed(_))));
    drop(refused);
    pool.join().unwrap();
}
