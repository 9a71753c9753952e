//! Tasks that end when the check says so, and a run that is cut off when nothing will end it.

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

/// How a task ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Ends {
    Well,
    WithError,
    ByPanic,
}

/// Tasks that end in an order that the check says: each waits for a word of its own.
pub(crate) struct Told {
    pub(crate) tasks: Vec<Task<Result<usize, Failure>>>,
    pub(crate) words: Vec<Sender<Ends>>,
}

impl Told {
    /// This number of tasks, each of which has `held` until it ends.
    pub(crate) fn new<H: 'static>(count: usize, held: impl Fn(usize) -> H) -> Self {
        let (words, heard): (Vec<_>, Vec<Receiver<Ends>>) =
            (0..count).map(|_| channel::bounded(1)).unzip();
        let task = |(number, heard): (usize, Receiver<Ends>)| {
            let held = held(number);
            spawn(number.to_string(), async move {
                let _held = held;
                match heard.recv().await {
                    Ok(Ends::Well) => Ok(number),
                    Ok(Ends::ByPanic) => panic!("on purpose"),
                    _ => Err(Failure::Returned(number)),
                }
            })
        };
        let tasks = heard.into_iter().enumerate().map(task).collect();
        Self { tasks, words }
    }

    pub(crate) fn plain(count: usize) -> Self {
        Self::new(count, |_| ())
    }
}

/// Tells a task to end, and lets it.
pub(crate) async fn end(words: &[Sender<Ends>], number: usize, how: Ends) {
    let _may_be_killed = words[number].try_send(how);
    for _ in 0..3 {
        yield_now().await;
    }
}

/// Runs it to its end. Its tasks wait for each other alone: when another task has had thousands of
/// turns meanwhile, nothing will end it any more.
pub(crate) fn to_the_end<T>(main: impl Future<Output = T>) -> T {
    let ended = run(async {
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
        // It is polled when it is woken, or when all is over, and not at each turn of the other.
        let main = async { Some(main.await) };
        let is_over = async {
            let _told = is_over.recv().await;
            None
        };
        smol::future::or(main, is_over).await
    });
    ended.unwrap_or_else(|| {
        let said = "It does not end: the tasks that it waits for do not end, or nothing wakes it.";
        Fault::of(Verdict::Deadlock, said).raise()
    })
}
