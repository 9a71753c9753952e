//! Several tasks: their values, and the errors of those that fail.

mod limit;

use coroutines::{TaskError, joinall, spawn, try_joinall, yield_now};
use limit::run_within;
use smol::channel;

/// Row C02.
#[test]
fn c02_join_all_returns_the_values_in_the_order_of_the_tasks() {
    let values = run_within(async {
        // The last one spawned ends first.
        let tasks = [1, 2, 3].map(|number| {
            spawn("task", async move {
                for _ in 0..4 - number {
                    yield_now().await;
                }
                number
            })
        });
        joinall(tasks.into()).await
    });
    assert_eq!(values, [Ok(1), Ok(2), Ok(3)]);
}

/// Row C05.
#[test]
fn c05_join_all_returns_normally_and_the_handle_of_the_failed_task_holds_the_error() {
    let results = run_within(async {
        let good = spawn("good", async { 1 });
        let bad = spawn("bad", async { panic!("{} is bad", 2) });
        let last = spawn("last", async { 3 });
        joinall(vec![good, bad, last]).await
    });
    let panicked = TaskError::Panicked {
        task: "bad".to_owned(),
        message: "2 is bad".to_owned(),
    };
    assert_eq!(results, [Ok(1), Err(panicked), Ok(3)]);
}

/// Row C05: also a panic of what the task held.
#[test]
fn c05_a_panic_at_the_end_of_a_task_is_its_own_too() {
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            panic!("on purpose");
        }
    }
    let results = run_within(async {
        let bomb = Bomb;
        let late = std::future::poll_fn(move |_context| {
            let _held = &bomb;
            std::task::Poll::Ready(1)
        });
        joinall(vec![spawn("late", late), spawn("good", async { 2 })]).await
    });
    assert!(
        matches!(&results[0], Err(TaskError::Panicked { task, .. }) if task == "late"),
        "{results:?}"
    );
    assert_eq!(results[1], Ok(2));
}

/// A failure of a task in the tests of `try_joinall`.
#[derive(Debug, PartialEq)]
enum Failure {
    Returned(&'static str),
    Task(TaskError),
}

impl From<TaskError> for Failure {
    fn from(error: TaskError) -> Self {
        Self::Task(error)
    }
}

/// Row C06.
#[test]
fn c06_asked_for_errors_join_all_returns_the_one_that_happened_first() {
    let joined = run_within(async {
        let (open, gate) = channel::bounded::<()>(1);
        let first = spawn("first", async move {
            gate.recv().await.ok();
            Err::<(), _>(Failure::Returned("first"))
        });
        let second = spawn("second", async move {
            open.send(()).await.ok();
            Err(Failure::Returned("second"))
        });
        try_joinall(vec![first, second]).await
    });
    assert_eq!(joined, Err(Failure::Returned("second")));
}

/// Row C06.
#[test]
fn c06_without_errors_it_returns_the_values_and_a_panic_counts_as_an_error() {
    let good = |number| spawn("good", async move { Ok::<_, Failure>(number) });
    let joined = run_within(try_joinall(vec![good(1), good(2)]));
    assert_eq!(joined, Ok(vec![1, 2]));
    let bad = spawn("bad", async { panic!("on purpose") });
    let joined = run_within(try_joinall(vec![good(1), bad]));
    assert!(matches!(
        joined,
        Err(Failure::Task(TaskError::Panicked { .. }))
    ));
}
