//! Results one by one, of any number of arguments. Each test runs in a process of its own.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::cell::Cell;
use std::iter;
use std::rc::Rc;

use pool::{Cause, Pool, TaskError};

lesson_test::forking_tests![
    w15_arguments_without_an_end_give_results_without_an_end,
    w15_arguments_are_taken_a_bounded_number_ahead,
    w15_the_iterator_of_the_arguments_may_use_the_pool,
    w15_an_argument_that_cannot_be_sent_is_an_error_in_its_place,
    w15_an_iterator_that_was_made_before_the_close_goes_on,
    w15_after_join_an_iterator_returns_the_results_it_has_and_one_error,
    w15_an_iterator_ends_when_no_worker_can_live,
    x11_failures_in_iterators_that_were_not_read_are_counted,
];

const WORKERS: usize = 2;

fn square(number: u64) -> u64 {
    number * number
}

/// Row W15.
fn w15_arguments_without_an_end_give_results_without_an_end() {
    let pool = Pool::new(WORKERS, square).unwrap();
    let ordered = pool.imap(0..).unwrap().map(Result::unwrap);
    assert!(ordered.take(3000).eq((0..3000).map(square)));
    let unordered = pool.imap_unordered(iter::repeat(3)).unwrap();
    assert!(unordered.take(3000).all(|result| result == Ok(9)));
    pool.join().unwrap();
}

/// Row W15.
fn w15_arguments_are_taken_a_bounded_number_ahead() {
    let pool = Pool::new(WORKERS, square).unwrap();
    let taken = Rc::new(Cell::new(0));
    let arguments = || {
        taken.set(0);
        let taken = Rc::clone(&taken);
        (0..10_000).inspect(move |_| taken.set(taken.get() + 1))
    };
    let check = |results: &mut dyn Iterator<Item = Result<u64, TaskError>>| {
        assert!(taken.get() <= WORKERS, "{} before the first", taken.get());
        for read in 1..=10_000 {
            results.next().unwrap().unwrap();
            let ahead = taken.get() - read;
            assert!(ahead <= 128 * WORKERS, "{ahead} ahead of {read}");
        }
        assert!(results.next().is_none() && results.next().is_none());
    };
    check(&mut pool.imap(arguments()).unwrap());
    check(&mut pool.imap_unordered(arguments()).unwrap());
    pool.join().unwrap();
}

/// Row W15.
fn w15_the_iterator_of_the_arguments_may_use_the_pool() {
    let pool = Pool::new(WORKERS, square).unwrap();
    let squares = (0..100).map(|number| pool.apply(number).unwrap());
    let fourth_powers = pool.imap(squares).unwrap().map(Result::unwrap);
    assert!(fourth_powers.eq((0..100).map(|number| square(square(number)))));
    pool.join().unwrap();
}

/// Row W15.
fn w15_an_argument_that_cannot_be_sent_is_an_error_in_its_place() {
    let pool = Pool::new(WORKERS, |number: f64| number).unwrap();
    let results = pool.imap([1.0, f64::NAN, 3.0]).unwrap();
    let results: Vec<_> = results.collect();
    assert_eq!((&results[0], &results[2]), (&Ok(1.0), &Ok(3.0)));
    assert!(matches!(&results[1], Err(error) if matches!(error.cause, Cause::Refused(_))));
    let results = pool.imap_unordered([1.0, f64::NAN, 3.0]).unwrap();
    assert_eq!(
        results
            .map(|result| result.is_err())
            .filter(|&is| is)
            .count(),
        1
    );
    pool.join().unwrap();
}

/// Row W15.
fn w15_an_iterator_that_was_made_before_the_close_goes_on() {
    let pool = Pool::new(WORKERS, square).unwrap();
    let ordered = pool.imap(0..1000).unwrap();
    let unordered = pool.imap_unordered(0..1000).unwrap();
    let left = pool.imap(0..1000).unwrap();
    pool.close();
    assert!(pool.imap([1]).is_err() && pool.imap_unordered([1]).is_err());
    assert!(ordered.map(Result::unwrap).eq((0..1000).map(square)));
    let sum: u64 = unordered.map(Result::unwrap).sum();
    assert_eq!(sum, (0..1000).map(square).sum());
    // The last one has returned nothing yet, and does not delay the end.
    drop(left);
    pool.join().unwrap();
}

/// Row W15.
fn w15_after_join_an_iterator_returns_the_results_it_has_and_one_error() {
    let pool = Pool::new(WORKERS, square).unwrap();
    let mut ordered = pool.imap(0..).unwrap();
    let unordered = pool.imap_unordered(iter::repeat(2)).unwrap();
    assert_eq!(ordered.next(), Some(Ok(0)));
    pool.join().unwrap();
    let is_refused = |result: &Result<u64, TaskError>| match result {
        Err(error) => matches!(error.cause, Cause::Refused(_)),
        Ok(_) => false,
    };
    let results: Vec<_> = ordered.collect();
    let (refused, done) = results.split_last().unwrap();
    assert!(is_refused(refused), "{refused:?}");
    assert!(!done.is_empty() && (1..).zip(done).all(|(n, one)| *one == Ok(square(n))));
    assert_eq!(unordered.filter(is_refused).count(), 1);
}

/// Row W15.
fn w15_an_iterator_ends_when_no_worker_can_live() {
    let init = || -> u64 { panic!("no connection") };
    let pool = Pool::with_state(WORKERS, init, |_: &mut u64, number: u64| number).unwrap();
    let check_error = |result: Result<u64, TaskError>| {
        let error = result.unwrap_err();
        assert!(error.to_string().contains("no connection"), "{error}");
    };
    pool.imap(0..).unwrap().for_each(check_error);
    pool.imap_unordered(0..).unwrap().for_each(check_error);
    pool.join().unwrap();
}

/// Row X11.
fn x11_failures_in_iterators_that_were_not_read_are_counted() {
    let fail = |number: u64| number.is_multiple_of(2).then_some(()).ok_or("odd");
    let pool = Pool::new(WORKERS, fail).unwrap();
    // Each iterator takes one argument for each worker: 1 and 3.
    drop(pool.imap([1, 3, 5]).unwrap());
    drop(pool.imap_unordered([1, 3, 5]).unwrap());
    let kept = pool.imap([1, 3, 5]).unwrap();
    let kept_unordered = pool.imap_unordered([1, 3, 5]).unwrap();
    let read = pool.imap_unordered([1, 3, 5]).unwrap();
    assert_eq!(read.filter(Result::is_err).count(), 3);
    let unseen = pool.join().unwrap_err();
    assert_eq!((unseen.count, unseen.first.task), (8, 0));
    drop((kept, kept_unordered));
}
