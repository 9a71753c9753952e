//! A caller's own code that panics or fails: values, their destructors, callbacks. Each test runs in a process of
//! its own.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::cell::Cell;
use std::io::{self, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind, panic_any};
use std::rc::Rc;
use std::thread;
use std::time::Duration;

use borsh::{BorshDeserialize, BorshSerialize};
use common::pid;
use inflight::Gathered;
use pool::{Cause, Pool};

lesson_test::forking_tests![
    w11_a_value_that_cannot_be_encoded_costs_no_worker_however_long_the_reason_is,
    w12_of_all_callbacks_of_a_pool_that_a_panic_drops_one_is_called,
    w12_a_callback_that_panics_in_the_drop_takes_no_other_with_it,
    the_payload_of_a_callback_that_panics_during_a_panic_ends_nothing,
    results_that_are_not_wanted_may_panic_in_their_destructors,
    many_values_are_given_room_only_when_they_come,
];

/// A number; 7 cannot be encoded.
#[derive(Debug, PartialEq)]
struct Unencodable(u32);

impl BorshSerialize for Unencodable {
    fn serialize<W: Write>(&self, writer: &mut W) -> io::Result<()> {
        match self.0 {
            7 => Err(io::Error::other("no seven".repeat(1 << 20))),
            number => number.serialize(writer),
        }
    }
}

impl BorshDeserialize for Unencodable {
    fn deserialize_reader<R: Read>(reader: &mut R) -> io::Result<Self> {
        u32::deserialize_reader(reader).map(Self)
    }
}

/// Row W11.
fn w11_a_value_that_cannot_be_encoded_costs_no_worker_however_long_the_reason_is() {
    let pool = Pool::new(1, |number: u32| Ok::<_, String>(Unencodable(number))).unwrap();
    let pids = pool.pids();
    let error = pool.apply(7).unwrap_err();
    let Cause::Failed(why) = error.cause else {
        panic!("{error}")
    };
    assert!(why.contains("no seven") && why.len() < 10_000, "{why}");
    assert_eq!(pool.apply(8), Ok(Unencodable(8)));
    assert_eq!(pool.pids(), pids);
    pool.join().unwrap();
}

/// Row W12: that panic comes in `join`, and the pool is dropped by it.
fn w12_of_all_callbacks_of_a_pool_that_a_panic_drops_one_is_called() {
    let pool = Pool::new(1, |number: u32| number).unwrap();
    let called = Rc::new(Cell::new(0));
    for number in 0..20 {
        let [value, error] = [(); 2].map(|()| Rc::clone(&called));
        let value = move |_| {
            value.set(value.get() + 1);
            assert_ne!(number, 3, "the callback of task 3");
        };
        let error = move |_| error.set(error.get() + 1);
        pool.apply_async_with(number, value, error).unwrap();
    }
    catch_unwind(AssertUnwindSafe(|| pool.join())).unwrap_err();
    assert_eq!(called.get(), 20);
}

/// Row W12.
fn w12_a_callback_that_panics_in_the_drop_takes_no_other_with_it() {
    let pool = Pool::new(1, |seconds: u64| {
        thread::sleep(Duration::from_secs(seconds));
    });
    let pool = pool.unwrap();
    let called = Rc::new(Cell::new(0));
    for _ in 0..2 {
        let called = Rc::clone(&called);
        let error = move |error| {
            called.set(called.get() + 1);
            panic!("{error}");
        };
        pool.apply_async_with(100, |()| (), error).unwrap();
    }
    catch_unwind(AssertUnwindSafe(|| drop(pool))).unwrap_err();
    assert_eq!(called.get(), 2);
}

/// A value that cannot end in the process of this number without a panic.
#[derive(Debug, BorshSerialize, BorshDeserialize)]
struct PanicsIn(u32);

impl Drop for PanicsIn {
    fn drop(&mut self) {
        assert_ne!(self.0, pid(), "the end of a value");
    }
}

fn the_payload_of_a_callback_that_panics_during_a_panic_ends_nothing() {
    let caught = catch_unwind(|| {
        let pool = Pool::new(1, |()| thread::sleep(Duration::from_secs(100))).unwrap();
        let error = |_| panic_any(PanicsIn(pid()));
        pool.apply_async_with((), |()| (), error).unwrap();
        panic!("the first");
    });
    let text = common::panic_text(&*caught.unwrap_err());
    assert_eq!(text, "the first");
}

fn results_that_are_not_wanted_may_panic_in_their_destructors() {
    let owner = pid();
    let pool = Pool::new(1, move |_: u32| Ok::<_, String>(PanicsIn(owner))).unwrap();
    for number in 0..20 {
        drop(pool.apply_async(number).unwrap());
    }
    pool.join().unwrap();
}

fn many_values_are_given_room_only_when_they_come() {
    let mut gathered = Gathered::with_capacity(usize::MAX);
    gathered.add(Ok(inflight::Values::Many(vec![1, 2])));
    assert_eq!(gathered.finish().unwrap(), [1, 2]);
}
