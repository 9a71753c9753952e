//! When a task fails, or the join is given up, the tasks that have not ended are killed. A task that was killed
//! has failed, too.

use std::cell::{Cell, RefCell};
use std::pin::pin;
use std::rc::Rc;

use coroutines::{Task, TaskError, spawn, try_joinall, yield_now};

use crate::told::{Ends, Failure, Told, end, ender, to_the_end};

pub(crate) fn killed() {
    killed_by(Ends::WithError);
    given_up();
}

/// One task fails, and the tasks that have not ended are killed.
pub(crate) fn killed_by(how: Ends) {
    let dropped = Dropped::default();
    to_the_end(async {
        let Told { tasks, words } = Told::new(4, |number| Box::new(dropped.note(number)));
        // Now each task has begun.
        yield_now().await;
        let telling = words.clone();
        let _ender = ender(async move {
            end(&telling, 3, Ends::Well).await;
            end(&telling, 1, how).await;
        });
        let joined = try_joinall(tasks).await;
        assert!(joined.is_err(), "task 1 failed, but got {joined:?}");
        let ended = dropped.soon().await;
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
    let dropped = Dropped::default();
    to_the_end(async {
        let Told { tasks, words } = Told::new(3, |number| Box::new(dropped.note(number)));
        yield_now().await;
        let given_up = {
            let mut joining = pin!(try_joinall(tasks));
            smol::future::poll_once(joining.as_mut()).await
        };
        assert_eq!(given_up, None, "the join while no task has ended");
        let ended = dropped.soon().await;
        assert_eq!(
            ended,
            [0, 1, 2],
            "the join was dropped, and these tasks have dropped their values"
        );
        drop(words);
    });
}

/// The most turns that another task may have between a failure and the end of the join.
const MOST_TURNS: usize = 20;

/// Of two tasks, 0 fails. Task 1 never waits, and counts its turns: it should not have many more.
pub(crate) fn soon() {
    let [turns, at_the_failure] = [(); 2].map(|()| Rc::new(Cell::new(0)));
    let joined = to_the_end(async {
        let (its, at_the_failure) = (Rc::clone(&turns), Rc::clone(&at_the_failure));
        let fails: Task<Result<(), Failure>> = spawn("0", async move {
            for _ in 0..10 {
                yield_now().await;
            }
            at_the_failure.set(its.get());
            Err(Failure::Returned(0))
        });
        let its = Rc::clone(&turns);
        let busy = spawn("1", async move {
            loop {
                its.update(|turns| turns + 1);
                yield_now().await;
            }
        });
        // In a task, so that it has its turns among theirs.
        let its = Rc::clone(&turns);
        let join = spawn("join", async move {
            let joined = try_joinall(vec![fails, busy]).await;
            (joined, its.get())
        });
        join.get().await
    });
    let (joined, at_the_end) = joined.expect("a join does not panic");
    assert_eq!(joined, Err(Failure::Returned(0)), "task 0 failed");
    let more: usize = at_the_end - at_the_failure.get();
    assert!(
        more <= MOST_TURNS,
        "task 0 failed, and task 1 had {more} more turns before the join returned the error"
    );
}

/// Task 1 is killed before the join. The others end after it: all of them well, or all with an error.
pub(crate) fn killed_before() {
    killed_while_others_wait();
    for how in [Ends::Well, Ends::WithError] {
        let joined = to_the_end(async {
            let Told { mut tasks, words } = Told::plain(3);
            tasks[1].kill().await;
            for number in [0, 2] {
                end(&words, number, how).await;
            }
            try_joinall(tasks).await
        });
        assert_eq!(
            joined,
            Err(was_killed("1")),
            "the result of three tasks, of which 1 was killed, and then 0 and 2 ended"
        );
    }
}

/// Task 1 is killed before the join, and the others never end.
fn killed_while_others_wait() {
    let dropped = Dropped::default();
    to_the_end(async {
        let Told { mut tasks, words } = Told::new(3, |number| Box::new(dropped.note(number)));
        // Now each task has begun.
        yield_now().await;
        tasks[1].kill().await;
        assert_eq!(
            try_joinall(tasks).await,
            Err(was_killed("1")),
            "the result of three tasks, of which 1 was killed, and the others do not end"
        );
        assert_eq!(
            dropped.soon().await,
            [0, 1, 2],
            "task 1 was killed, and these tasks have dropped their values"
        );
        drop(words);
    });
}

fn was_killed(task: &str) -> Failure {
    let task = task.to_owned();
    Failure::Task(TaskError::Killed { task })
}

/// The numbers of the values that were dropped.
#[derive(Clone, Default)]
struct Dropped(Rc<RefCell<Vec<usize>>>);

impl Dropped {
    /// A value of a task that records when it is dropped.
    fn note(&self, number: usize) -> Noted {
        Noted(number, self.clone())
    }

    /// The values that are dropped after a few turns of all tasks, sorted.
    async fn soon(&self) -> Vec<usize> {
        for _ in 0..5 {
            yield_now().await;
        }
        let mut numbers = self.0.borrow().clone();
        numbers.sort_unstable();
        numbers
    }
}

struct Noted(usize, Dropped);

impl Drop for Noted {
    fn drop(&mut self) {
        let Self(number, Dropped(numbers)) = self;
        numbers.borrow_mut().push(*number);
    }
}
