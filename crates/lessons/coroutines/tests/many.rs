//! Iteration over endless items, and over many tasks.

mod limit;

use std::cell::Cell;
use std::future::pending;
use std::rc::Rc;
use std::time::Duration;

use coroutines::{Pool, TaskError, joinall, spawn, timeout, try_joinall, yield_now};
use limit::run_within;
use smol::stream::StreamExt;

/// The pools under test: one with a size and one without.
fn pools() -> [Pool; 2] {
    [Pool::bounded(3).expect("3 is not 0"), Pool::unbounded()]
}

/// Row C13.
#[test]
fn c13_items_without_an_end_are_taken_a_bounded_number_ahead() {
    for pool in pools() {
        let work = |number: u64| async move { number };
        let results = run_within(pool.imap(0.., work).take(5).collect::<Vec<_>>());
        assert_eq!(results, [Ok(0), Ok(1), Ok(2), Ok(3), Ok(4)]);
        let results = run_within(pool.imap_unordered(0.., work).take(5).collect::<Vec<_>>());
        assert_eq!(results.len(), 5);
    }
}

/// Row C13.
#[test]
fn c13_a_slow_first_item_lets_no_more_be_taken_than_the_pool_has_places() {
    let pool = Pool::bounded(3).unwrap();
    let taken = Cell::new(0);
    let items = (0..1000).inspect(|_| taken.set(taken.get() + 1));
    let work = async |number| match number {
        0 => pending().await,
        number => number,
    };
    let mut results = pool.imap(items, work);
    assert_eq!(taken.get(), 0);
    run_within(async {
        for _ in 0..10 {
            assert!(timeout(SHORT, results.next()).await.is_err());
        }
    });
    assert!(taken.get() <= 4, "{taken:?}");
}

/// Row C13: what a stream borrows need not last forever.
#[test]
fn c13_the_items_and_the_work_may_be_borrowed() {
    let (items, sum) = (vec![1, 2, 3], Cell::new(0));
    let pool = Pool::unbounded();
    let results = pool.imap(&items, |&item| {
        sum.set(sum.get() + item);
        async move { item }
    });
    let results: Vec<_> = run_within(results.collect());
    assert_eq!((results.len(), sum.get()), (3, 6));
}

const SHORT: Duration = Duration::from_millis(10);
const MANY: usize = 64_000;

/// Row C06: each turn looks at what has ended, and not at all that there is.
#[test]
fn c06_sixty_four_thousand_tasks_are_joined_within_the_limit_of_a_test() {
    let values = run_within(async {
        let task = |number| spawn("one", async move { Ok::<_, TaskError>(number) });
        try_joinall((0..MANY).map(task).collect()).await
    });
    assert!(values.unwrap().into_iter().eq(0..MANY));
}

/// Row C13.
#[test]
fn c13_sixty_four_thousand_items_come_unordered_within_the_limit_of_a_test() {
    let ended = Rc::new(Cell::new(0));
    let pool = Pool::unbounded();
    let results = pool.imap_unordered(0..MANY, |_| {
        let ended = Rc::clone(&ended);
        async move {
            yield_now().await;
            ended.set(ended.get() + 1);
        }
    });
    assert_eq!(run_within(results.count()), MANY);
    assert_eq!(ended.get(), MANY);
}

/// Row C11: what each one that waits costs does not grow with their number.
#[test]
fn c11_sixty_four_thousand_tasks_wait_for_one_pool_within_the_limit_of_a_test() {
    run_within(async {
        let pool = Pool::bounded(1).unwrap();
        let mut inside = pool.spawn("inside", pending::<()>()).await;
        let joiner = |_| {
            let pool = pool.clone();
            spawn("joiner", async move { pool.join().await })
        };
        let joiners: Vec<_> = (0..MANY).map(joiner).collect();
        yield_now().await;
        inside.kill().await;
        assert_eq!(joinall(joiners).await.len(), MANY);
    });
}
