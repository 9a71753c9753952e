//! `imap_unordered` returns the results of the tasks that `first_ended` returns, so `first_ended` is checked
//! even if `try_joinall` does not use it.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::pin::pin;

use check::{Fault, Verdict, chance, fault};
use coroutines::{Pool, TaskError, yield_now};
use rand::RngExt;
use rand::rngs::StdRng;
use smol::channel::{self, Receiver, Sender};
use smol::future::poll_once;
use smol::stream::{Stream, StreamExt};

use crate::told::{Ends, PANIC, end, to_the_end};

pub(crate) fn stream() {
    one_by_one();
    let mut random = chance("stream");
    for _ in 0..200 {
        any_order(&mut random);
    }
}

/// How many turns all tasks have while a result is waited for: an answer may let other tasks have some.
const TURNS: usize = 100;

/// Two tasks end, both results are taken, and then there is none.
pub(crate) fn none() {
    to_the_end(async {
        let (words, heard) = channels(2);
        let mut results = results(heard);
        // This starts the tasks.
        let _none_yet = poll_once(results.next()).await;
        for number in [0, 1] {
            end(&words, number, Ends::Well).await;
            if soon(results.next()).await.flatten().is_none() {
                // Another check says which result has not come.
                return;
            }
        }
        match soon(results.next()).await {
            Some(None) => {}
            Some(Some(result)) => fault(format!(
                "Two items, and both results have come, but the stream returned one more: {result:?}."
            )),
            None => {
                let said = "All results have come, but `first_ended` does not return `None` for an empty \
                            race.";
                Fault::of(Verdict::Deadlock, said).raise()
            }
        }
    });
}

/// Polls `future` at each of some turns; `None` if it is not ready by then.
async fn soon<T>(future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    for _ in 0..TURNS {
        let ended = poll_once(future.as_mut()).await;
        if ended.is_some() {
            return ended;
        }
        yield_now().await;
    }
    None
}

/// Makes a channel for each item, through which its task is told how to end.
pub(crate) fn channels(count: usize) -> (Vec<Sender<Ends>>, Vec<Receiver<Ends>>) {
    (0..count).map(|_| channel::bounded(1)).unzip()
}

/// The stream of the results of these items.
pub(crate) fn results(
    heard: Vec<Receiver<Ends>>,
) -> impl Stream<Item = Result<usize, TaskError>> + Unpin {
    let work = |(number, heard)| work(number, heard);
    Pool::unbounded().imap_unordered(heard.into_iter().enumerate(), work)
}

/// The task of an item: it waits until it is told how to end.
async fn work(number: usize, heard: Receiver<Ends>) -> usize {
    match heard.recv().await {
        Ok(Ends::Well) => number,
        _ => panic!("{PANIC}"),
    }
}

fn one_by_one() {
    let order = [3, 0, 4, 1, 2];
    let come = to_the_end(async {
        let (words, heard) = channels(order.len());
        let mut results = results(heard);
        let mut come = Vec::new();
        for number in order {
            let how = match number {
                4 => Ends::ByPanic,
                _ => Ends::Well,
            };
            end(&words, number, how).await;
            let Some(result) = results.next().await else {
                fault("The stream of results ended before all results had come.");
            };
            come.push(result.ok());
        }
        assert!(
            results.next().await.is_none(),
            "all five results have come, but the stream returned one more"
        );
        come
    });
    assert_eq!(
        come,
        order.map(|number| (number != 4).then_some(number)),
        "the results of five tasks that ended one after the other (`None`: task 4, which panicked)"
    );
}

/// Tasks end and results are taken in any order, in a pool of any size. So several tasks may have ended
/// when the next result is taken.
fn any_order(random: &mut StdRng) {
    let count = random.random_range(1..9);
    let size = random.random_bool(0.5);
    let size = size.then(|| random.random_range(1..=count));
    let bounded = size.and_then(|size| Pool::bounded(size).ok());
    let pool = bounded.unwrap_or_else(Pool::unbounded);
    let mut story = Story::new(count, size);
    to_the_end(async {
        let (words, heard) = channels(count);
        let begun = RefCell::new(Vec::new());
        let work = |(number, heard)| {
            begun.borrow_mut().push(number);
            work(number, heard)
        };
        let mut results = pool.imap_unordered(heard.into_iter().enumerate(), work);
        for _ in 0..2 * count {
            if story.ended.is_empty() {
                // This starts as many tasks as the pool has room for.
                let result = poll_once(results.next()).await;
                story.expect_none(result.flatten());
            }
            let running = begun.borrow().clone().into_iter();
            let running: Vec<usize> = running.filter(|its| !story.told.contains(its)).collect();
            if running.is_empty() || !story.ended.is_empty() && random.random_bool(0.5) {
                story.expect_first(results.next().await);
                continue;
            }
            let number = running[random.random_range(0..running.len())];
            let how = match random.random_range(0..4) {
                0 => Ends::ByPanic,
                _ => Ends::Well,
            };
            end(&words, number, how).await;
            story.end(number, how);
        }
        story.expect_none(results.next().await);
    });
}

/// The course of one run, and what must come next.
struct Story {
    lines: Vec<String>,
    told: Vec<usize>,
    /// The tasks that have ended and whose results have not been taken yet.
    ended: VecDeque<(usize, Ends)>,
}

impl Story {
    fn new(count: usize, size: Option<usize>) -> Self {
        let pool = match size {
            Some(size) => format!("a pool with room for {size}"),
            None => "a pool without a limit".to_owned(),
        };
        Self {
            lines: vec![format!("{count} items in {pool}")],
            told: Vec::new(),
            ended: VecDeque::new(),
        }
    }

    fn end(&mut self, number: usize, how: Ends) {
        let does = match how {
            Ends::Well => "ended",
            Ends::WithError | Ends::ByPanic => "panicked",
        };
        self.lines.push(format!("task {number} {does}"));
        self.told.push(number);
        self.ended.push_back((number, how));
    }

    /// Checks that the result is the one of the task that ended first, of those whose results are left.
    fn expect_first(&mut self, result: Option<Result<usize, TaskError>>) {
        let Some((number, how)) = self.ended.pop_front() else {
            fault("No task is running and no result is left, but not all results have come.");
        };
        let is_its = match &result {
            Some(Ok(value)) => how == Ends::Well && *value == number,
            Some(Err(TaskError::Panicked { task, message })) => {
                how == Ends::ByPanic && *task == format!("item {number}") && message == PANIC
            }
            _ => false,
        };
        assert!(
            is_its,
            "{}: the next result should be that of task {number}, but it is {result:?}",
            self.lines.join(", ")
        );
        let line = format!("the result of task {number} was taken");
        self.lines.push(line);
    }

    fn expect_none(&self, result: Option<Result<usize, TaskError>>) {
        assert!(
            result.is_none(),
            "{}: no result is left now, but the stream returned {result:?}",
            self.lines.join(", ")
        );
    }
}
