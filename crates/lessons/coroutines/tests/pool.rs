//! The pool: how many tasks are inside, which spawners wait, in which order results come.

mod limit;

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use coroutines::{Pool, TaskError, ZeroSize, joinall, spawn, timeout, yield_now};
use limit::run_within;
use smol::Timer;
use smol::channel;
use smol::future::{pending, poll_once};
use smol::lock::Barrier;
use smol::stream::StreamExt;

const SHORT: Duration = Duration::from_millis(100);

/// Gives every task many turns.
async fn many_turns() {
    for _ in 0..20 {
        yield_now().await;
    }
}

async fn sleep(milliseconds: u64) -> u64 {
    Timer::after(Duration::from_millis(milliseconds)).await;
    milliseconds
}

/// Row C08.
#[test]
fn c08_map_returns_the_results_in_the_order_of_the_items() {
    let pool = Pool::bounded(3).unwrap();
    let ended = Rc::new(RefCell::new(Vec::new()));
    // The later an item, the sooner its task ends.
    let results = run_within(pool.map(0..6_u32, |number| {
        let ended = Rc::clone(&ended);
        async move {
            for _ in 0..(6 - number) * 4 {
                yield_now().await;
            }
            ended.borrow_mut().push(number);
            number * 10
        }
    }));
    assert_eq!(results, Ok(vec![0, 10, 20, 30, 40, 50]));
    assert!(!ended.borrow().is_sorted(), "{ended:?}");
}

/// Row C08.
#[test]
fn c08_map_over_no_items_returns_no_results() {
    let pool = Pool::unbounded();
    let nothing = run_within(pool.map([0; 0], |_| async { 1 }));
    assert_eq!(nothing, Ok(vec![]));
}

/// The most tasks that were inside at once, of ten that each stay for some turns.
fn most_inside(pool: &Pool) -> usize {
    let inside = Rc::new(Cell::new(0));
    let most = Rc::new(Cell::new(0));
    let mapped = run_within(pool.map(0..10, |_| {
        let (inside, most) = (Rc::clone(&inside), Rc::clone(&most));
        async move {
            inside.set(inside.get() + 1);
            most.set(most.get().max(inside.get()));
            yield_now().await;
            yield_now().await;
            inside.set(inside.get() - 1);
        }
    }));
    assert_eq!(mapped.map(|results| results.len()), Ok(10));
    most.get()
}

/// Row C09.
#[test]
fn c09_a_pool_of_one_or_two_holds_no_more_and_no_fewer() {
    assert_eq!(most_inside(&Pool::bounded(1).unwrap()), 1);
    assert_eq!(most_inside(&Pool::bounded(2).unwrap()), 2);
}

/// Row C09.
#[test]
fn c09_a_pool_without_a_size_holds_all_at_once() {
    let pool = Pool::unbounded();
    let barrier = Rc::new(Barrier::new(10));
    // No task passes before all ten have come.
    let passed = run_within(pool.map(0..10, |_| {
        let barrier = Rc::clone(&barrier);
        async move { barrier.wait().await.is_leader() }
    }));
    assert_eq!(passed.map(|results| results.len()), Ok(10));
}

/// Row C10.
#[test]
fn c10_while_the_pool_is_full_the_spawner_waits() {
    run_within(async {
        let pool = Pool::bounded(1).unwrap();
        let (open, gate) = channel::bounded::<()>(1);
        let first = pool
            .spawn("first", async move {
                gate.recv().await.ok();
            })
            .await;
        let spawned = Rc::new(Cell::new(false));
        let (seen, inner) = (Rc::clone(&spawned), pool.clone());
        let spawner = spawn("spawner", async move {
            let second = inner.spawn("second", async { 2 }).await;
            seen.set(true);
            second.get().await
        });
        many_turns().await;
        assert!(!spawned.get());
        open.send(()).await.unwrap();
        first.get().await.unwrap();
        assert_eq!(spawner.get().await, Ok(Ok(2)));
        assert!(spawned.get());
    });
}

/// Row C10: the place is free again however the task ends.
#[test]
fn c10_a_task_that_panics_or_is_killed_leaves_the_pool() {
    run_within(async {
        let pool = Pool::bounded(1).unwrap();
        let bad = pool.spawn("bad", async { panic!("on purpose") }).await;
        let mut asleep = pool.spawn("asleep", pending::<()>()).await;
        yield_now().await;
        asleep.kill().await;
        let mut unborn = pool.spawn("unborn", pending::<()>()).await;
        unborn.kill().await;
        drop(pool.spawn("dropped", pending::<()>()).await);
        assert_eq!(pool.apply("last", async { 1 }).await, Ok(1));
        assert_eq!(joinall::<()>(vec![bad]).await.len(), 1);
    });
}

/// Row C10: a spawner that gives up leaves no place taken, also when its place had come already.
#[test]
fn c10_a_place_handed_to_a_spawner_that_has_given_up_goes_to_the_next() {
    run_within(async {
        let pool = Pool::bounded(1).unwrap();
        for others in [0, 1, 5] {
            let mut first = pool.spawn("first", pending::<()>()).await;
            let mut gives_up = Box::pin(pool.spawn("never", async { 0 }));
            assert!(poll_once(&mut gives_up).await.is_none());
            let other = |number| {
                let pool = pool.clone();
                let work = async move { pool.apply("work", async { 7 }).await };
                spawn(format!("spawner {number}"), work)
            };
            let others: Vec<_> = (0..others).map(other).collect();
            many_turns().await;
            // This passes the place to the first in line, which is not polled any more.
            first.kill().await;
            drop(gives_up);
            let others = joinall(others).await;
            assert!(others.iter().all(|other| *other == Ok(Ok(7))), "{others:?}");
            assert!(pool.join_timeout(SHORT).await, "a place is lost");
        }
    });
}

/// Row C11.
#[test]
fn c11_join_waits_until_the_pool_is_empty_or_for_its_time() {
    run_within(async {
        let pool = Pool::bounded(2).unwrap();
        assert!(pool.join_timeout(Duration::ZERO).await);
        let (open, gate) = channel::bounded::<()>(1);
        let task = pool
            .spawn("task", async move {
                gate.recv().await.ok();
            })
            .await;
        assert!(!pool.join_timeout(SHORT).await);
        let (joined, joining) = (Rc::new(Cell::new(0)), pool.clone());
        let joiners = [(), ()].map(|()| {
            let (joined, pool) = (Rc::clone(&joined), joining.clone());
            spawn("joiner", async move {
                pool.join().await;
                joined.set(joined.get() + 1);
            })
        });
        many_turns().await;
        assert_eq!(joined.get(), 0);
        open.send(()).await.unwrap();
        pool.join().await;
        assert_eq!(joinall(joiners.into()).await, [Ok(()), Ok(())]);
        task.get().await.unwrap();
    });
}

/// Row C12.
#[test]
fn c12_apply_returns_the_value_or_the_error() {
    run_within(async {
        let pool = Pool::bounded(1).unwrap();
        assert_eq!(pool.apply("good", async { 4 }).await, Ok(4));
        let returned = pool.apply("fails", async { Err::<(), _>("no") }).await;
        assert_eq!(returned, Ok(Err("no")));
        let panicked: Result<(), _> = pool.apply("panics", async { panic!("on purpose") }).await;
        assert!(matches!(panicked, Err(TaskError::Panicked { .. })));
    });
}

/// Row C13, which is about times.
#[test]
fn c13_unordered_iteration_is_in_the_order_of_the_ends_and_ordered_in_that_of_the_items() {
    let sleeps = [1000, 100, 200];
    let pool = Pool::bounded(10).unwrap();
    let unordered: Vec<_> = run_within(pool.imap_unordered(sleeps, sleep).collect());
    assert_eq!(unordered, [Ok(100), Ok(200), Ok(1000)]);
    let ordered: Vec<_> = run_within(pool.imap(sleeps, sleep).collect());
    assert_eq!(ordered, [Ok(1000), Ok(100), Ok(200)]);
}

/// Row C13.
#[test]
fn c13_iteration_goes_on_past_a_panic_and_in_a_pool_that_others_fill() {
    run_within(async {
        let pool = Pool::bounded(1).unwrap();
        let work = |number: u32| async move {
            assert_ne!(number, 1, "on purpose");
            number
        };
        for mut results in [pool.imap(0..3, work), pool.imap_unordered(0..3, work)] {
            let mut other = pool.spawn("other", pending::<()>()).await;
            assert!(timeout(SHORT, results.next()).await.is_err(), "no room yet");
            other.kill().await;
            let results: Vec<_> = results.map(|result| result.ok()).collect().await;
            assert_eq!(results, [Some(0), None, Some(2)]);
        }
    });
}

/// Row C15.
#[test]
fn c15_a_task_that_fails_fails_the_map_and_the_others_have_ended() {
    let ended = Rc::new(Cell::new(0));
    let pool = Pool::bounded(2).unwrap();
    let mapped = run_within(pool.map(0..5, |number| {
        let ended = Rc::clone(&ended);
        async move {
            assert_ne!(number, 1, "on purpose");
            yield_now().await;
            ended.set(ended.get() + 1);
        }
    }));
    let error = mapped.unwrap_err();
    assert!(
        error.to_string().starts_with("task item 1 panicked"),
        "{error}"
    );
    assert_eq!(ended.get(), 4);
}

/// Row C15: an error that a task returns.
#[test]
fn c15_a_returned_error_comes_out_of_map_in_its_place() {
    let pool = Pool::bounded(2).unwrap();
    let mapped = run_within(pool.map([1, 0, 2], |number: u32| async move {
        6_u32.checked_div(number).ok_or("by zero")
    }));
    assert_eq!(mapped, Ok(vec![Ok(6), Err("by zero"), Ok(3)]));
}

/// Row X04.
#[test]
fn x04_a_pool_of_zero_is_an_error_that_names_the_remedy() {
    let error = Pool::bounded(0).unwrap_err();
    assert_eq!(error, ZeroSize);
    assert!(error.to_string().contains("Pool::unbounded()"));
}
