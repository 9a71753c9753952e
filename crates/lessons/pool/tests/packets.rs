//! The other tasks of a packet when one of them fails, and arguments that cannot be sent.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::io::{self, Read, Write};
use std::process::abort;
use std::sync::atomic::{AtomicU32, Ordering};

use borsh::{BorshDeserialize, BorshSerialize};
use common::pid;
use ipc_shared::AtomicValue;
use multiprocess::{Exit, exit_now};
use nix::sys::signal::{Signal, raise};
use pool::{Cause, Pool, TaskError};

lesson_test::forking_tests![
    w16_a_task_that_kills_its_worker_fails_with_the_rest_of_its_packet_and_no_other_packet,
    w16_a_task_that_aborts_or_exits_names_the_end_of_its_worker,
    a_value_of_several_megabytes_comes_in_pieces,
    w16_a_long_argument_is_there_for_the_next_worker_as_well,
    an_argument_that_cannot_be_read_is_an_error_of_its_task,
    an_argument_that_is_read_in_part_leaves_no_bytes_to_the_next_task,
    an_argument_without_bytes_keeps_its_number_and_those_before_it_are_run,
    a_value_that_cannot_be_read_is_an_error_of_its_task,
    a_panic_in_the_reading_of_an_argument_costs_one_task,
];

fn die() {
    raise(Signal::SIGKILL).unwrap();
}

fn counters(tasks: usize) -> Vec<AtomicValue<AtomicU32>> {
    let counter = |_| AtomicValue::new(AtomicU32::new(0)).unwrap();
    (0..tasks).map(counter).collect()
}

fn counts(counters: &[AtomicValue<AtomicU32>]) -> Vec<u32> {
    let count = |counter: &AtomicValue<AtomicU32>| counter.load(Ordering::Relaxed);
    counters.iter().map(count).collect()
}

/// Returns a pool whose tasks 20 and 30 of 64 kill their worker, and counters of each task's runs.
fn deadly_pool() -> (Pool<usize, usize>, Vec<AtomicValue<AtomicU32>>) {
    let ran = counters(64);
    let count = ran.clone();
    let run = move |task: usize| {
        count[task].fetch_add(1, Ordering::Relaxed);
        if [20, 30].contains(&task) {
            die();
        }
        task
    };
    (Pool::new(2, run).unwrap(), ran)
}

/// Row W16.
fn w16_a_task_that_kills_its_worker_fails_with_the_rest_of_its_packet_and_no_other_packet() {
    let (pool, ran) = deadly_pool();
    let error = pool.map_packets(0..64, 8).unwrap_err();
    assert!(
        matches!(error.cause, Cause::WorkerDied { .. }) && error.task == 20,
        "{error}"
    );
    let never_run = [21, 22, 23, 31];
    let expected =
        |times| (0..64).map(move |task| if never_run.contains(&task) { 0 } else { times });
    assert!(counts(&ran).into_iter().eq(expected(1)));
    // The results of these are not read: six tasks have failed, and no other.
    drop(pool.map_async(0..64).unwrap());
    let unseen = pool.join().unwrap_err();
    assert_eq!((unseen.count, unseen.first.task), (6, 64 + 20));
    assert!(counts(&ran).into_iter().eq(expected(2)));
}

/// Row W16.
fn w16_a_task_that_aborts_or_exits_names_the_end_of_its_worker() {
    let end = |how: u32| -> u32 {
        match how {
            0 => abort(),
            1 => exit_now(7),
            // A worker that exits with code 0 in the middle of a task has not ended well.
            2 => exit_now(0),
            _ => pid(),
        }
    };
    let pool = Pool::new(1, end).unwrap();
    let ends = [
        Exit::Signal(Signal::SIGABRT as i32),
        Exit::Code(7),
        Exit::Code(0),
    ];
    for (task, exit) in (0..).zip(ends) {
        let pid = pool.apply(3).unwrap();
        let error = pool.apply(task).unwrap_err();
        let exit = Some(exit);
        assert_eq!(error.cause, Cause::WorkerDied { pid, exit });
    }
    pool.join().unwrap();
}

fn a_value_of_several_megabytes_comes_in_pieces() {
    let long = |megabytes: usize| vec![megabytes as u8; megabytes << 20];
    let pool = Pool::new(2, long).unwrap();
    let tasks = [5, 1, 7, 2, 3].map(|megabytes| (megabytes, pool.apply_async(megabytes).unwrap()));
    for (megabytes, task) in tasks {
        assert!(task.get().unwrap() == long(megabytes));
    }
    assert!(pool.map([3, 0, 4]).unwrap() == [long(3), long(0), long(4)]);
    pool.join().unwrap();
}

/// Row W16.
fn w16_a_long_argument_is_there_for_the_next_worker_as_well() {
    let run = |bytes: Vec<u8>| {
        if bytes[0] == 1 {
            die();
        }
        bytes.iter().map(|&byte| u64::from(byte)).sum::<u64>()
    };
    let pool = Pool::new(1, run).unwrap();
    let argument = |first: u8| [vec![first], vec![2; 3 << 20]].concat();
    // All of them are in the file before the first worker dies.
    let tasks = [5, 1, 5, 1, 5].map(|first| (first, pool.apply_async(argument(first)).unwrap()));
    for (first, task) in tasks {
        match task.get() {
            Ok(sum) => assert_eq!((first, sum), (5, 5 + (6 << 20))),
            Err(error) => {
                let has_died = matches!(error.cause, Cause::WorkerDied { .. });
                assert!(first == 1 && has_died, "{error}");
            }
        }
    }
    pool.join().unwrap();
}

/// A number that can be encoded, but not decoded when it is 13.
#[derive(Debug, PartialEq)]
struct Unreadable(u32);

impl BorshSerialize for Unreadable {
    fn serialize<W: Write>(&self, writer: &mut W) -> io::Result<()> {
        self.0.serialize(writer)
    }
}

impl BorshDeserialize for Unreadable {
    fn deserialize_reader<R: Read>(reader: &mut R) -> io::Result<Self> {
        match u32::deserialize_reader(reader)? {
            13 => Err(io::Error::other("13 brings bad luck")),
            14 => panic!("14 is worse"),
            number => Ok(Self(number)),
        }
    }
}

fn message(error: TaskError) -> String {
    match error.cause {
        Cause::Failed(message) => message,
        other => panic!("{other:?}"),
    }
}

fn an_argument_that_cannot_be_read_is_an_error_of_its_task() {
    let pool = Pool::new(2, |argument: Unreadable| argument.0).unwrap();
    let error = pool.apply(Unreadable(13)).unwrap_err();
    assert!(message(error).contains("13 brings bad luck"));
    let error = pool.map([1, 13, 3].map(Unreadable)).unwrap_err();
    assert_eq!(error.task, 2);
    assert_eq!(pool.map([1, 2, 3].map(Unreadable)).unwrap(), [1, 2, 3]);
    pool.join().unwrap();
}

/// When the first number is 13, decoding leaves the second one unread.
#[derive(Debug, BorshSerialize)]
struct StopsAt13(u32, u32);

impl BorshDeserialize for StopsAt13 {
    fn deserialize_reader<R: Read>(reader: &mut R) -> io::Result<Self> {
        match u32::deserialize_reader(reader)? {
            13 => Err(io::Error::other("no second number")),
            first => Ok(Self(first, u32::deserialize_reader(reader)?)),
        }
    }
}

/// It is not known where the next argument begins, so the rest of the packet fails.
fn an_argument_that_is_read_in_part_leaves_no_bytes_to_the_next_task() {
    let ran = counters(64);
    let count = ran.clone();
    let run = move |argument: StopsAt13| {
        count[argument.0 as usize].fetch_add(1, Ordering::Relaxed);
    };
    let pool = Pool::new(1, run).unwrap();
    let argument = |task: usize| {
        let first = [0, 13, 2, 3][task % 4];
        StopsAt13(first, 50 + first)
    };
    let error = pool.map_packets((0..4).map(argument), 4).unwrap_err();
    assert_eq!(error.task, 1);
    assert!(message(error).contains("no second number"));
    // Four packets, as there are four for each worker. Three tasks of each have failed.
    drop(pool.map_async((0..16).map(argument)).unwrap());
    let unseen = pool.join().unwrap_err();
    assert_eq!((unseen.count, unseen.first.task), (12, 4 + 1));
    let expected = (0..64).map(|task| if task == 0 { 1 + 4 } else { 0 });
    assert!(counts(&ran).into_iter().eq(expected), "{:?}", counts(&ran));
}

fn an_argument_without_bytes_keeps_its_number_and_those_before_it_are_run() {
    let ran = AtomicValue::new(AtomicU32::new(0)).unwrap();
    let count = ran.clone();
    let run = move |_: f64| count.fetch_add(1, Ordering::Relaxed);
    let pool = Pool::new(1, run).unwrap();
    let arguments = || {
        let number = |place| if place == 17 { f64::NAN } else { 1.0 };
        (0..100).map(number)
    };
    let refused = [
        pool.map(arguments()).unwrap_err(),
        pool.map_async(arguments()).unwrap_err(),
        // In a packet that ends before it.
        pool.map_packets(arguments(), 17).unwrap_err(),
    ];
    for (error, task) in refused.iter().zip([17, 2 * 17, 3 * 17]) {
        let is_refused = matches!(error.cause, Cause::Refused(_));
        assert!(is_refused && error.task == task, "{error}");
    }
    pool.join().unwrap();
    assert_eq!(ran.load(Ordering::Relaxed), 3 * 17);
}

fn a_value_that_cannot_be_read_is_an_error_of_its_task() {
    let pool = Pool::new(2, |number: u32| Ok::<_, String>(Unreadable(number))).unwrap();
    let error = pool.apply(13).unwrap_err();
    assert!(message(error).contains("13 brings bad luck"));
    assert!(message(pool.map_packets([1, 13], 2).unwrap_err()).contains("bad luck"));
    assert_eq!(pool.apply(5).unwrap(), Unreadable(5));
    pool.join().unwrap();
}

fn a_panic_in_the_reading_of_an_argument_costs_one_task() {
    let pool = Pool::new(2, |argument: Unreadable| argument.0).unwrap();
    let pids = pool.pids();
    let tasks = [1, 14, 3].map(|number| pool.apply_async(Unreadable(number)).unwrap());
    let [first, second, third] = tasks.map(|task| task.get());
    assert!(message(second.unwrap_err()).contains("14 is worse"));
    assert_eq!((first, third), (Ok(1), Ok(3)));
    assert_eq!(pool.pids(), pids);
    pool.join().unwrap();
}
