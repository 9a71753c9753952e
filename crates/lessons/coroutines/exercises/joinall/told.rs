//! Tasks that end when the check tells them to, and a run that is stopped when nothing can end it.

use std::any::Any;
use std::pin::Pin;
use std::time::{Duration, Instant};

use check::{Fault, Verdict};
use coroutines::{Task, TaskError, run, spawn, yield_now};
use smol::channel::{self, Receiver, Sender};

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Failure {
    Returned(usize),
    Task(TaskError),
}

impl From<TaskError> for Failure {
    fn from(error: TaskError) -> Self {
        Self::Task(error)
    }
}

/// The failure of a task that has panicked because the check told it to.
pub(crate) fn panicked(task: &str) -> Failure {
    Failure::Task(TaskError::Panicked {
        task: task.to_owned(),
        message: PANIC.to_owned(),
    })
}

pub(crate) const PANIC: &str = "on purpose";

/// How a task ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Ends {
    Well,
    WithError,
    ByPanic,
}

/// Tasks that end in an order that the check chooses: each waits for a word on a channel of its own.
pub(crate) struct Told {
    pub(crate) tasks: Vec<Task<Result<usize, Failure>>>,
    pub(crate) words: Vec<Sender<Ends>>,
}

impl Told {
    /// Starts `count` tasks, each of which holds a value of `held` until it ends.
    pub(crate) fn new(count: usize, held: impl Fn(usize) -> Box<dyn Any>) -> Self {
        let (words, heard): (Vec<_>, Vec<Receiver<Ends>>) =
            (0..count).map(|_| channel::bounded(1)).unzip();
        let task = |(number, heard): (usize, Receiver<Ends>)| {
            let held = held(number);
            spawn(number.to_string(), async move {
                let _held = held;
                match heard.recv().await {
                    Ok(Ends::Well) => Ok(number),
                    Ok(Ends::ByPanic) => panic!("{PANIC}"),
                    _ => Err(Failure::Returned(number)),
                }
            })
        };
        let tasks = heard.into_iter().enumerate().map(task).collect();
        Self { tasks, words }
    }

    pub(crate) fn plain(count: usize) -> Self {
        Self::new(count, |_| Box::new(()))
    }
}

/// Tells a task to end, and yields so that it can.
pub(crate) async fn end(words: &[Sender<Ends>], number: usize, how: Ends) {
    let _may_be_killed = words[number].try_send(how);
    for _ in 0..3 {
        yield_now().await;
    }
}

/// Starts a task that tells others to end.
pub(crate) fn ender(tells: impl Future<Output = ()> + 'static) -> Task<()> {
    let tells: Pin<Box<dyn Future<Output = ()>>> = Box::pin(tells);
    spawn("ender", tells)
}

/// Runs `main` to its end. Its tasks wait only for each other: if another task has thousands of turns
/// meanwhile, nothing can end it any more, and this is a deadlock.
pub(crate) fn to_the_end<T>(main: impl Future<Output = T>) -> T {
    let mut ended = None;
    run_to_the_end(Box::pin(async { ended = Some(main.await) }));
    ended.unwrap_or_else(|| {
        let said = "It does not end: it waits for tasks that do not end, or nothing wakes it.";
        Fault::of(Verdict::Deadlock, said).raise()
    })
}

/// Returns early if nothing can end `main`. Of one type, so that this is compiled once and not for each check.
fn run_to_the_end(main: Pin<Box<dyn Future<Output = ()> + '_>>) {
    run(async {
        let (over, is_over) = channel::bounded(1);
        let _another = spawn("another task", async move {
            let begin = Instant::now();
            let mut turns = 0;
            while turns < 10_000 || begin.elapsed() < Duration::from_secs(1) {
                turns += 1;
                yield_now().await;
            }
            let _is_heard = over.try_send(());
        });
        // `main` is polled only when it is woken, and not at each turn of the other task, nor at the end.
        let is_over = async {
            let _told = is_over.recv().await;
        };
        smol::future::or(is_over, main).await
    });
}
