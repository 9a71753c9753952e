//! It returns the values in the order of the tasks; or the first error, and then it kills the rest.

use std::cell::RefCell;
use std::pin::pin;
use std::process::ExitCode;
use std::rc::Rc;
use std::time::Duration;

use check::{Check, main as judge};
use coroutines::{Task, TaskError, spawn, try_joinall, yield_now};

mod asks;
mod orders;
mod stream;
mod told;
mod woken;

use told::{Ends, Failure, Told, end, to_the_end};

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
        Check::new("killed", "the tasks that have not ended are killed", killed),
        Check::new("panic", "a panic is an error, and so is a kill", panic),
        // Before the next ones, in which polling costs time.
        Check::new(
            "asks",
            "it sleeps until a task ends, and does not poll",
            asks::asks,
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
    let ended = to_the_end(async {
        let Told { tasks, words } = Told::plain(4);
        let ender = spawn("ender", async move {
            for number in [2, 0, 3, 1] {
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
        "the result of four tasks that ended in the order 2, 0, 3, 1"
    );
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
        let _ender = spawn("ender", async move {
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

/// More tasks than an answer that waits in batches would wait for at a time.
const MANY: usize = 1_000;

/// One task fails, and the others never end.
fn at_once() {
    for failing in [0, 1, 8, 99, MANY - 1] {
        let joined = to_the_end(async {
            let Told { tasks, words } = Told::plain(MANY);
            let telling = words.clone();
            let _ender = spawn("ender", async move {
                end(&telling, failing, Ends::WithError).await
            });
            let joined = try_joinall(tasks).await;
            drop(words);
            joined
        });
        assert_eq!(
            joined,
            Err(Failure::Returned(failing)),
            "the result when task {failing} of {MANY} fails and no other task ends"
        );
    }
}

fn killed() {
    killed_by(Ends::WithError);
    given_up();
}

/// One task fails, and the tasks that have not ended are killed.
fn killed_by(how: Ends) {
    let dropped = Rc::new(RefCell::new(Vec::new()));
    to_the_end(async {
        let note = |number| Noted(number, Rc::clone(&dropped));
        let Told { tasks, words } = Told::new(4, note);
        // Now each task has begun.
        yield_now().await;
        let telling = words.clone();
        let _ender = spawn("ender", async move {
            end(&telling, 3, Ends::Well).await;
            end(&telling, 1, how).await;
        });
        let joined = try_joinall(tasks).await;
        assert!(joined.is_err(), "task 1 failed, but got {joined:?}");
        for _ in 0..5 {
            yield_now().await;
        }
        let ended = sorted(&dropped);
        let fails = match how {
            Ends::ByPanic => "panicked",
            _ => "failed",
        };
        assert_eq!(
            ended,
            [0, 1, 2, 3],
            "task 1 has {fails}, and these tasks have dropped their values"
        );
        drop(words);
    });
}

fn given_up() {
    let dropped = Rc::new(RefCell::new(Vec::new()));
    to_the_end(async {
        let note = |number| Noted(number, Rc::clone(&dropped));
        let Told { tasks, words } = Told::new(3, note);
        yield_now().await;
        let given_up = {
            let mut joining = pin!(try_joinall(tasks));
            smol::future::poll_once(joining.as_mut()).await
        };
        assert_eq!(given_up, None, "the join while no task has ended");
        for _ in 0..5 {
            yield_now().await;
        }
        let ended = sorted(&dropped);
        assert_eq!(
            ended,
            [0, 1, 2],
            "the join was dropped, and these tasks have dropped their values"
        );
        drop(words);
    });
}

fn sorted(numbers: &RefCell<Vec<usize>>) -> Vec<usize> {
    let mut numbers = numbers.borrow().clone();
    numbers.sort_unstable();
    numbers
}

/// A value of a task that records when it is dropped.
struct Noted(usize, Rc<RefCell<Vec<usize>>>);

impl Drop for Noted {
    fn drop(&mut self) {
        self.1.borrow_mut().push(self.0);
    }
}

fn panic() {
    let joined = to_the_end(async {
        let Told { mut tasks, words } = Told::plain(2);
        tasks.push(spawn("bad", async { panic!("on purpose") }));
        let joined = try_joinall(tasks).await;
        drop(words);
        joined
    });
    let is_told = matches!(
        &joined,
        Err(Failure::Task(TaskError::Panicked { task, .. })) if task == "bad"
    );
    assert!(
        is_told,
        "the task \"bad\" has panicked, but the join returned {joined:?}"
    );
    for order in [[0, 1], [1, 0]] {
        panic_and_error(order);
    }
    killed_by(Ends::ByPanic);
    killed_before();
}

/// Task 1 is killed before the join. The others end after it: all of them well, or all with an error.
fn killed_before() {
    for how in [Ends::Well, Ends::WithError] {
        let joined = to_the_end(async {
            let Told { mut tasks, words } = Told::plain(3);
            tasks[1].kill().await;
            for number in [0, 2] {
                end(&words, number, how).await;
            }
            try_joinall(tasks).await
        });
        let is_told = matches!(
            &joined,
            Err(Failure::Task(TaskError::Killed { task })) if task == "1"
        );
        assert!(
            is_told,
            "of three tasks, 1 was killed, and 0 and 2 ended after it: the first error is that 1 was killed, \
             but the join returned {joined:?}"
        );
    }
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
        Err(Failure::Task(TaskError::Panicked { .. })) => Some(1),
        _ => None,
    };
    let [one, other] = order.map(|number| ["task 0 failed", "task 1 panicked"][number]);
    assert_eq!(
        first,
        Some(order[0]),
        "before they were joined, {one} and then {other}: which of them {joined:?} reports"
    );
}
