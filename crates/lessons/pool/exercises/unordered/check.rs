//! Each result comes when its task is done, no result is lost, and the iterator ends.

use std::cell::Cell;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::sleep;
use std::time::Duration;

use check::{Check, Ours, main as judge, numbers};
use ipc_shared::AtomicValue;
use pool::Pool;

mod failures;
mod turns;

const fn check(name: &'static str, holds: &'static str, run: fn()) -> Check {
    Check::new(name, holds, run).within(Duration::from_secs(6))
}

fn main() -> ExitCode {
    judge(
        "pool/unordered",
        &[
            check(
                "all",
                "there is one result for each argument, and then an end",
                all,
            ),
            check(
                "as-done",
                "a slow task does not delay the results of the others",
                as_done,
            ),
            check(
                "at-once",
                "as many tasks as workers are under way at once",
                at_once,
            ),
            check(
                "one-core",
                "as many tasks as workers are under way at once on one core, too",
                at_once,
            )
            .on_one_core(),
            check(
                "ahead",
                "some arguments are taken ahead, but not all",
                ahead,
            ),
            check(
                "errors",
                "a task that fails is an error, and the others go on",
                failures::errors,
            ),
            check(
                "killed",
                "when a worker is killed, only its own task is lost",
                failures::killed,
            ),
            check(
                "refused",
                "an argument that cannot be sent is an error",
                failures::refused,
            ),
            check(
                "two",
                "two iterators of one pool each have their own results",
                two,
            ),
            check(
                "unseen",
                "`join` reports failures whose results were not read",
                failures::unseen,
            ),
            check("closed", "a closed pool makes no new iterator", closed),
            check(
                "dropped",
                "when the pool is dropped, each task that is not done is an error",
                failures::dropped,
            ),
            check(
                "there",
                "a result that has already come is returned at once",
                turns::there,
            ),
            check("sleeps", "it sleeps until a result comes", turns::sleeps),
        ],
    )
}

fn pool<A: common::Message, R: common::Message + 'static, O>(
    run: impl Fn(A) -> O + 'static,
) -> Pool<A, R>
where
    O: multiprocess::Outcome<Value = R>,
{
    pool_of(2, run)
}

fn pool_of<A: common::Message, R: common::Message + 'static, O>(
    workers: usize,
    run: impl Fn(A) -> O + 'static,
) -> Pool<A, R>
where
    O: multiprocess::Outcome<Value = R>,
{
    Pool::new(workers, run).ours("pool")
}

fn join<A: common::Message, R: common::Message + 'static>(pool: Pool<A, R>) {
    let joined = pool.join();
    assert!(
        joined.is_ok(),
        "every result was read, but `join` returned {joined:?}"
    );
}

fn all() {
    for count in [0, 1, 2, 3, 500] {
        let pool = pool(|number: u32| 2 * number);
        let mut results = pool.imap_unordered(0..count).expect("the pool is open");
        let mut got = Vec::new();
        for _ in 0..count {
            match results.next() {
                Some(Ok(number)) => got.push(number),
                other => panic!("result {} of {count} is {other:?}", got.len()),
            }
        }
        for _ in 0..3 {
            let more = results.next();
            assert!(
                more.is_none(),
                "after {count} results of {count}, `next` returned {more:?}"
            );
        }
        drop(results);
        got.sort_unstable();
        let expected: Vec<_> = (0..count).map(|number| 2 * number).collect();
        assert_eq!(got, expected, "the results of {count} tasks, sorted");
        join(pool);
    }
}

fn shared(value: u32) -> AtomicValue<AtomicU32> {
    AtomicValue::new(AtomicU32::new(value)).ours("memory to share")
}

/// Waits in a worker until the number is reached.
fn wait_for(number: &AtomicU32, at_least: u32) {
    while number.load(Ordering::SeqCst) < at_least {
        sleep(Duration::from_millis(1));
    }
}

/// One worker is enough for all tasks that are not slow.
fn as_done() {
    for workers in [2, 5] {
        as_done_with(workers);
    }
}

/// The first tasks, one fewer than there are workers, are slow: they are not done before the caller has the
/// results of all others.
fn as_done_with(workers: u32) {
    const OTHERS: u32 = 20;
    let slow = workers - 1;
    let got = shared(0);
    let theirs = got.clone();
    let pool = pool_of(workers as usize, move |number: u32| {
        if number < slow {
            wait_for(&theirs, OTHERS);
        }
        number
    });
    let all = slow + OTHERS;
    let results = pool.imap_unordered(0..all).expect("the pool is open");
    let mut order = Vec::new();
    for result in results {
        order.push(result.unwrap_or(99));
        got.fetch_add(1, Ordering::SeqCst);
    }
    assert_eq!(
        order.len(),
        all as usize,
        "the number of results of {all} tasks"
    );
    let mut last = order.split_off(OTHERS as usize);
    last.sort_unstable();
    let expected: Vec<_> = (0..slow).collect();
    assert_eq!(
        last, expected,
        "the last results, sorted, which should be those of the slow tasks, which were done last"
    );
    join(pool);
}

/// Groups of tasks wait for each other, each as large as the number of workers.
fn at_once() {
    // The seed chooses the last number, so that no fixed number of tasks is enough.
    let many = numbers("workers", 1, 40..=70)[0];
    for workers in [2, 5, u32::try_from(many).expect("a small number")] {
        let begun = shared(0);
        let theirs = begun.clone();
        let pool = pool_of(workers as usize, move |number: u32| {
            let mine = 1 + theirs.fetch_add(1, Ordering::SeqCst);
            wait_for(&theirs, mine.next_multiple_of(workers));
            number
        });
        let results = pool.imap_unordered(0..4 * workers);
        let results = results.expect("the pool is open");
        assert_eq!(
            results.count(),
            4 * workers as usize,
            "the number of results of tasks that wait for each other in groups of {workers}"
        );
        join(pool);
    }
}

fn ahead() {
    let taken = Cell::new(0_usize);
    let arguments = (0_u32..).inspect(|_| taken.set(taken.get() + 1));
    // The seed chooses the number of workers, so that no fixed number of arguments is enough.
    let workers = numbers("ahead", 1, 3..=7)[0];
    let pool = pool_of(workers, |number: u32| number);
    let mut results = pool.imap_unordered(arguments).expect("the pool is open");
    let before = taken.get();
    assert!(
        before >= workers,
        "there are {workers} workers, but only {before} arguments were taken when the iterator was made: a \
         worker has nothing to do"
    );
    assert!(
        before <= 1000,
        "{before} arguments were taken before the first result was asked for: at most 1000 may be"
    );
    for read in 1..=2000 {
        let result = results.next();
        assert!(
            matches!(result, Some(Ok(_))),
            "result {read} of endless arguments is {result:?}"
        );
        let ahead = taken.get() - read;
        assert!(
            ahead <= 1000,
            "after {read} results of endless arguments, {ahead} more were taken: at most 1000 may be"
        );
    }
    drop(results);
    let _some_were_not_asked_for = pool.join();
}

fn two() {
    let pool = pool(|number: u32| number);
    let mut evens = pool
        .imap_unordered((0..60).step_by(2))
        .expect("the pool is open");
    let mut odds = pool
        .imap_unordered((1..60).step_by(2))
        .expect("the pool is open");
    for round in 0..30 {
        let (even, odd) = (evens.next(), odds.next());
        let is_right = matches!((&even, &odd), (Some(Ok(even)), Some(Ok(odd)))
            if even % 2 == 0 && odd % 2 == 1);
        assert!(
            is_right,
            "round {round}: the iterator of even numbers returned {even:?}, that of odd numbers {odd:?}"
        );
    }
    assert!(
        evens.next().is_none() && odds.next().is_none(),
        "an iterator returned more than its 30 results"
    );
    drop((evens, odds));
    join(pool);
}

fn closed() {
    let pool = pool(|number: u32| number);
    let results = pool.imap_unordered(0..300).expect("the pool is open");
    pool.close();
    assert!(
        pool.imap_unordered([1]).is_err(),
        "a closed pool made an iterator"
    );
    assert_eq!(
        results.flatten().count(),
        300,
        "the number of results of an iterator that was made before the pool was closed"
    );
    join(pool);
}
