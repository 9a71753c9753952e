//! It returns the values in the order of the tasks; or the first error, and then it kills the rest.

use std::process::ExitCode;
use std::time::Duration;

use check::{Check, main as judge, numbers};
use coroutines::{Task, spawn, try_joinall};

mod asks;
mod kills;
mod orders;
mod stream;
mod told;
mod woken;

use told::{Ends, Failure, PANIC, Told, end, ender, panicked, to_the_end};

fn main() -> ExitCode {
    let checks = [
        Check::new(
            "values",
            "it returns the values in the order of the tasks",
            values,
        ),
        Check::new("first", "it returns the error that happened first", first),
        Check::new(
            "at-once",
            "when a task has failed, it waits for no other one",
            at_once,
        ),
        Check::new(
            "killed",
            "the tasks that have not ended are killed",
            kills::killed,
        ),
        Check::new("panic", "a panic is an error, and so is a kill", panic),
        // Before the next one, whose stream has to end.
        Check::new(
            "none",
            "when all results have come, there is no next one",
            stream::none,
        ),
        // Before the next ones, in which polling costs time.
        Check::new(
            "asks",
            "it sleeps until a task ends, and does not poll",
            asks::asks,
        ),
        Check::new(
            "soon",
            "when a task has failed, no other one has many more turns",
            kills::soon,
        ),
        Check::new(
            "stream",
            "results come in the order in which tasks end",
            stream::stream,
        ),
        Check::new(
            "orders",
            "it works in whatever order the tasks end",
            orders::orders,
        ),
        Check::new(
            "woken",
            "the end of a task wakes the task that has polled it last",
            woken::woken,
        ),
    ];
    judge(
        "coroutines/joinall",
        &checks.map(|check| check.within(LIMIT)),
    )
}

/// The limit of each check: an answer that waits for the wrong task may never end.
const LIMIT: Duration = Duration::from_secs(10);

fn values() {
    for order in [[2, 0, 3, 1], [0, 2, 1, 3]] {
        let ended = to_the_end(async {
            let Told { tasks, words } = Told::plain(4);
            let ender = ender(async move {
                for number in order {
                    end(&words, number, Ends::Well).await;
                }
            });
            let joined = try_joinall(tasks).await;
            drop(ender);
            joined
        });
        assert_eq!(
            ended,
            Ok(vec![0, 1, 2, 3]),
            "the result of four tasks that ended in the order {order:?}"
        );
    }
    let none: Vec<Task<Result<u8, Failure>>> = Vec::new();
    assert_eq!(
        to_the_end(try_joinall(none)),
        Ok(vec![]),
        "the result without any task"
    );
}

/// Two tasks fail before they are joined; then two fail one after the other during the join.
fn first() {
    for order in [[2, 0], [1, 2], [0, 1]] {
        let joined = to_the_end(async {
            let Told { tasks, words } = Told::plain(3);
            for number in order {
                end(&words, number, Ends::WithError).await;
            }
            for number in 0..3 {
                end(&words, number, Ends::Well).await;
            }
            try_joinall(tasks).await
        });
        let [first, second] = order;
        assert_eq!(
            joined,
            Err(Failure::Returned(first)),
            "of three tasks, {first} failed and then {second}, before they were joined"
        );
    }
    let joined = to_the_end(async {
        let Told { tasks, words } = Told::plain(3);
        let _ender = ender(async move {
            end(&words, 1, Ends::Well).await;
            end(&words, 2, Ends::WithError).await;
            end(&words, 0, Ends::WithError).await;
        });
        try_joinall(tasks).await
    });
    assert_eq!(
        joined,
        Err(Failure::Returned(2)),
        "while three tasks were joined, 1 ended well, 2 failed, and then 0"
    );
}

/// One task fails, and the others never end. There are more tasks than an answer that waits in batches would
/// wait for at a time.
fn at_once() {
    let many = numbers("at once", 1, 1_100..=1_500)[0];
    for failing in [0, 1, 8, 99, many - 1] {
        let joined = to_the_end(async {
            let Told { tasks, words } = Told::plain(many);
            let telling = words.clone();
            let _ender = ender(async move { end(&telling, failing, Ends::WithError).await });
            let joined = try_joinall(tasks).await;
            drop(words);
            joined
        });
        assert_eq!(
            joined,
            Err(Failure::Returned(failing)),
            "the result when task {failing} of {many} fails and no other task ends"
        );
    }
}

fn panic() {
    let joined = to_the_end(async {
        let Told { mut tasks, words } = Told::plain(2);
        tasks.push(spawn("bad", async { panic!("{PANIC}") }));
        let joined = try_joinall(tasks).await;
        drop(words);
        joined
    });
    assert_eq!(
        joined,
        Err(panicked("bad")),
        "the result when the task \"bad\" has panicked"
    );
    for order in [[0, 1], [1, 0]] {
        panic_and_error(order);
    }
    kills::killed_by(Ends::ByPanic);
    kills::killed_before();
}

/// Task 0 returns an error and task 1 panics, both before they are joined.
fn panic_and_error(order: [usize; 2]) {
    let joined = to_the_end(async {
        let Told { tasks, words } = Told::plain(3);
        for number in order {
            end(&words, number, [Ends::WithError, Ends::ByPanic][number]).await;
        }
        let joined = try_joinall(tasks).await;
        drop(words);
        joined
    });
    let first = match joined {
        Err(Failure::Returned(0)) => Some(0),
        Err(ref panic) if *panic == panicked("1") => Some(1),
        _ => None,
    };
    let [one, other] = order.map(|number| ["task 0 failed", "task 1 panicked"][number]);
    assert_eq!(
        first,
        Some(order[0]),
        "before they were joined, {one} and then {other}: which of them {joined:?} reports"
    );
}
