//! One turn of a wait takes in the answers that are there. Each test runs in a process of its own.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use borsh::{BorshDeserialize, BorshSerialize};
use common::pid;
use ipc_shared::AtomicValue;
use lesson_test::until;
use pool::Pool;

lesson_test::forking_tests![
    a_wait_with_a_limit_ends_while_answers_come,
    a_look_without_time_sees_every_answer_that_is_there,
];

/// A value that, when its owner decodes it, lets the next task begin and waits until that is done.
#[derive(Debug)]
struct Chained(u32);

const CHAIN: u32 = 50;
/// The owner's pid; the numbers of tasks that may begin, and that are done.
static CHAINED: Mutex<Option<(u32, [AtomicValue<AtomicU32>; 2])>> = Mutex::new(None);

impl BorshSerialize for Chained {
    fn serialize<W: io::Write>(&self, writer: &mut W) -> io::Result<()> {
        self.0.serialize(writer)
    }
}

impl BorshDeserialize for Chained {
    fn deserialize_reader<I: Read>(reader: &mut I) -> io::Result<Self> {
        let number = u32::deserialize_reader(reader)?;
        let (owner, [may_begin, done]) = CHAINED.lock().unwrap().clone().unwrap();
        if pid() == owner && number + 1 < CHAIN {
            may_begin.store(number + 2, Ordering::Release);
            until("the next is done", || {
                done.load(Ordering::Acquire) > number + 1
            });
            // The next answer is on its way; if it takes longer than this, the test finds nothing.
            thread::sleep(Duration::from_millis(5));
        }
        Ok(Self(number))
    }
}

/// One turn of a wait takes in the answers that are there, and not those that come meanwhile.
fn a_wait_with_a_limit_ends_while_answers_come() {
    let number = || AtomicValue::new(AtomicU32::new(0)).unwrap();
    let (may_begin, done) = (number(), number());
    *CHAINED.lock().unwrap() = Some((pid(), [may_begin.clone(), done.clone()]));
    let (allowed, count) = (may_begin.clone(), done.clone());
    let pool = Pool::new(1, move |number: u32| {
        until("it may begin", || allowed.load(Ordering::Acquire) > number);
        count.store(number + 1, Ordering::Release);
        Ok::<_, String>(Chained(number))
    });
    let pool = pool.unwrap();
    let called = Rc::new(Cell::new(0));
    for number in 0..CHAIN {
        let called = Rc::clone(&called);
        let callback = move |_| called.set(called.get() + 1);
        let submitted = pool.apply_async_with(number, callback, |error| panic!("{error}"));
        submitted.map_err(|error| error.to_string()).unwrap();
    }
    may_begin.store(1, Ordering::Release);
    until("the first is done", || done.load(Ordering::Acquire) == 1);
    thread::sleep(Duration::from_millis(5));
    let last = pool.apply_async(CHAIN - 1).unwrap();
    assert!(!last.wait_timeout(Duration::ZERO));
    assert!(called.get() < CHAIN / 2, "{} in one turn", called.get());
    may_begin.store(CHAIN, Ordering::Release);
    last.get().unwrap();
    assert_eq!(called.get(), CHAIN);
    pool.join().unwrap();
    *CHAINED.lock().unwrap() = None;
}

/// A check with no time sees all answers that had arrived before it.
fn a_look_without_time_sees_every_answer_that_is_there() {
    let done = AtomicValue::new(AtomicU32::new(0)).unwrap();
    let count = done.clone();
    let pool = Pool::new(1, move |_: u32| {
        count.fetch_add(1, Ordering::Release);
    });
    let pool = pool.unwrap();
    let mut tasks: Vec<_> = (0..1000)
        .map(|task| pool.apply_async(task).unwrap())
        .collect();
    until("all are done", || done.load(Ordering::Acquire) == 1000);
    // The worker does nothing more after it has put the last answer.
    thread::sleep(Duration::from_millis(100));
    let last = tasks.pop().unwrap();
    assert!(last.wait_timeout(Duration::ZERO));
    assert!(tasks.iter().all(|task| task.wait_timeout(Duration::ZERO)));
    drop((last, tasks));
    pool.join().unwrap();
}
