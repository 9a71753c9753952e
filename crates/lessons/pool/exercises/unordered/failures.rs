//! A task that fails is an error in the stream, and the others go on.

use std::cell::Cell;
use std::thread::sleep;
use std::time::Duration;

use nix::sys::signal::{Signal, raise};
use pool::{Cause, Pool, TaskError};

use crate::{join, pool, pool_of};

pub(crate) fn errors() {
    let pool = pool(|number: u32| match number % 5 {
        0 => Err(format!("no {number}")),
        1 => panic!("never {number}"),
        _ => Ok(number),
    });
    let results = pool.imap_unordered(0..40).expect("the pool is open");
    let (mut values, mut causes) = (Vec::new(), Vec::new());
    for result in results {
        match result {
            Ok(number) => values.push(number),
            Err(error) => causes.push(error.cause),
        }
    }
    values.sort_unstable();
    let expected: Vec<u32> = (0..40).filter(|number| number % 5 > 1).collect();
    assert_eq!(
        values, expected,
        "the values of the tasks that do not fail, sorted"
    );
    let failed = |number| Cause::Failed(format!("no {number}"));
    let panicked = |number| Cause::Panicked(format!("never {}", number + 1));
    for expected in (0..40)
        .step_by(5)
        .flat_map(|number| [failed(number), panicked(number)])
    {
        let its = causes.iter().filter(|cause| **cause == expected).count();
        assert_eq!(its, 1, "the number of errors {expected:?} among {causes:?}");
    }
    join(pool);
}

pub(crate) fn killed() {
    let pool = pool(|number: u32| {
        if number == 3 {
            // A raise of SIGKILL does not return.
            let _never_told = raise(Signal::SIGKILL);
        }
        number
    });
    let results = pool.imap_unordered(0..12).expect("the pool is open");
    let results: Vec<Result<u32, TaskError>> = results.collect();
    let died = |result: &&Result<u32, TaskError>| matches!(result, Err(error) if matches!(error.cause, Cause::WorkerDied { .. }));
    assert_eq!(results.len(), 12, "the number of results of 12 tasks");
    assert_eq!(
        results.iter().filter(died).count(),
        1,
        "the number of tasks whose worker has died"
    );
    let done = results.iter().filter(|result| result.is_ok()).count();
    assert_eq!(done, 11, "the number of tasks that are done");
    join(pool);
    none_left();
}

/// Each task kills the only worker. So there is none, again and again, until the next one is started.
fn none_left() {
    let pool: Pool<u32, ()> = pool_of(1, |_| {
        let _never_told = raise(Signal::SIGKILL);
    });
    let results = pool.imap_unordered(0..40).expect("the pool is open");
    assert_eq!(
        results.count(),
        40,
        "the number of results of 40 tasks, each of which kills the only worker"
    );
    join(pool);
}

pub(crate) fn refused() {
    let pool = pool(|number: f64| number);
    let results = pool
        .imap_unordered([1.0, f64::NAN, 3.0])
        .expect("the pool is open");
    let results: Vec<_> = results.collect();
    let failed = results.iter().filter(|result| result.is_err()).count();
    assert_eq!(
        (results.len(), failed),
        (3, 1),
        "the numbers of results and of errors, where one argument of three cannot be serialized"
    );
    join(pool);
    first_refused();
}

/// The only task that is taken at once fails at once: none is under way, but arguments are left.
fn first_refused() {
    let pool = pool_of(1, |number: f64| number);
    let results = pool
        .imap_unordered([f64::NAN, 2.0, 3.0])
        .expect("the pool is open");
    assert_eq!(
        results.count(),
        3,
        "the number of results of a pool with one worker, where the first argument of three cannot be serialized"
    );
    join(pool);
}

/// The tasks that are under way when the pool is dropped have errors.
pub(crate) fn dropped() {
    let taken = Cell::new(0_usize);
    let arguments = (0..300).inspect(|_| taken.set(taken.get() + 1));
    let pool = pool(|number: u32| {
        sleep(Duration::from_millis(20));
        number
    });
    let mut results = pool.imap_unordered(arguments).expect("the pool is open");
    let first = results.next();
    assert!(
        matches!(first, Some(Ok(_))),
        "the first result is {first:?}"
    );
    drop(pool);
    let rest = results.by_ref().take(1000).count();
    assert_eq!(
        1 + rest,
        taken.get(),
        "the number of results of a pool that is dropped after the first of them: there should be one for \
         each argument that was taken, a value or an error"
    );
    assert!(results.next().is_none(), "the iterator does not end");
}

pub(crate) fn unseen() {
    let pool = pool(|number: u32| Err::<u32, _>(format!("no {number}")));
    let mut results = pool.imap_unordered(0..6).expect("the pool is open");
    let first = results.next();
    assert!(
        matches!(first, Some(Err(_))),
        "every task fails, but the first result is {first:?}"
    );
    drop(results);
    let joined = pool.join();
    assert!(
        joined.is_err(),
        "tasks have failed, and their results were not read, but `join` returned no error"
    );
}
