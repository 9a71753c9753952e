//! The values in the order of the tasks; or the error that happened first, and the rest is killed.

use std::cell::RefCell;
use std::pin::pin;
use std::process::ExitCode;
use std::rc::Rc;
use std::time::{Duration, Instant};

use check::{Check, Fault, Verdict, chance, fault, main as judge};
use coroutines::{Pool, Task, TaskError, run, spawn, try_joinall, yield_now};
use rand::RngExt;
use rand::seq::SliceRandom;
use smol::channel::{self, Receiver, Sender};
use smol::stream::StreamExt;

mod asks;

fn main() -> ExitCode {
    let checks = [
        Check::new(
            "values",
            "it gives the values in the order of the tasks",
            values,
        ),
        Check::new("first", "it gives the error that happened first", first),
        Check::new(
            "at-once",
            "it waits for no other task when one has failed",
            at_once,
        ),
        Check::new("killed", "the tasks that have not ended are killed", killed),
        Check::new("panic", "a panic is an error, too", panic),
        Check::new(
            "stream",
            "results come in the order in which tasks end",
            stream,
        ),
        Check::new("orders", "it holds in whatever order the tasks end", orders),
        Check::new(
            "asks",
            "it sleeps until a task ends, and does not keep asking",
            asks::asks,
        ),
    ];
    judge(
        "coroutines/joinall",
        &checks.map(|check| check.within(LIMIT)),
    )
}

/// What waits for the wrong task may never end.
const LIMIT: Duration = Duration::from_secs(10);

#[derive(Debug, Clone, PartialEq)]
enum Failure {
    Returned(usize),
    Task(TaskError),
}

impl From<TaskError> for Failure {
    fn from(error: TaskError) -> Self {
        Self::Task(error)
    }
}

/// Tasks that end in an order that the check says: each waits for a word of its own.
struct Told {
    tasks: Vec<Task<Result<usize, Failure>>>,
    words: Vec<Sender<bool>>,
}

impl Told {
    /// This number of tasks, each of which has `held` until it ends.
    fn new<H: 'static>(count: usize, held: impl Fn(usize) -> H) -> Self {
        let (words, heard): (Vec<_>, Vec<Receiver<bool>>) =
            (0..count).map(|_| channel::bounded(1)).unzip();
        let task = |(number, heard): (usize, Receiver<bool>)| {
            let held = held(number);
            spawn(number.to_string(), async move {
                let _held = held;
                match heard.recv().await {
                    Ok(true) => Ok(number),
                    _ => Err(Failure::Returned(number)),
                }
            })
        };
        let tasks = heard.into_iter().enumerate().map(task).collect();
        Self { tasks, words }
    }

    fn plain(count: usize) -> Self {
        Self::new(count, |_| ())
    }
}

/// Tells a task to end, well or not, and lets it.
async fn end(words: &[Sender<bool>], number: usize, is_well: bool) {
    let _may_be_killed = words[number].try_send(is_well);
    for _ in 0..3 {
        yield_now().await;
    }
}

/// Runs it to its end. Its tasks wait for each other alone: when another task has had thousands of
/// turns meanwhile, nothing will end it any more.
fn to_the_end<T>(main: impl Future<Output = T>) -> T {
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

fn values() {
    let ended = to_the_end(async {
        let Told { tasks, words } = Told::plain(4);
        let ender = spawn("ender", async move {
            for number in [2, 0, 3, 1] {
                end(&words, number, true).await;
            }
        });
        let joined = try_joinall(tasks).await;
        drop(ender);
        joined
    });
    assert_eq!(
        ended,
        Ok(vec![0, 1, 2, 3]),
        "the tasks ended in the order 2 0 3 1"
    );
    let none: Vec<Task<Result<u8, Failure>>> = Vec::new();
    assert_eq!(
        to_the_end(try_joinall(none)),
        Ok(vec![]),
        "there is no task"
    );
}

/// Two fail while the joiner has no turn; and one after the other.
fn first() {
    for order in [[2, 0], [1, 2], [0, 1]] {
        let joined = to_the_end(async {
            let Told { tasks, words } = Told::plain(3);
            for number in order {
                end(&words, number, false).await;
            }
            for number in 0..3 {
                end(&words, number, true).await;
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
            end(&words, 1, true).await;
            end(&words, 2, false).await;
            end(&words, 0, false).await;
        });
        try_joinall(tasks).await
    });
    assert_eq!(
        joined,
        Err(Failure::Returned(2)),
        "while three tasks were joined, 1 ended well, 2 failed, and then 0"
    );
}

/// The others never end. There are more than one would wait for at a time who waits only for some.
fn at_once() {
    for failing in [0, 1, 8, 99] {
        let joined = to_the_end(async {
            let Told { tasks, words } = Told::plain(100);
            let telling = words.clone();
            let _ender = spawn("ender", async move { end(&telling, failing, false).await });
            let joined = try_joinall(tasks).await;
            drop(words);
            joined
        });
        assert_eq!(
            joined,
            Err(Failure::Returned(failing)),
            "task {failing} fails"
        );
    }
}

fn killed() {
    let dropped = Rc::new(RefCell::new(Vec::new()));
    to_the_end(async {
        let note = |number| Noted(number, Rc::clone(&dropped));
        let Told { tasks, words } = Told::new(4, note);
        // Each has begun.
        yield_now().await;
        let telling = words.clone();
        let _ender = spawn("ender", async move {
            end(&telling, 3, true).await;
            end(&telling, 1, false).await;
        });
        let joined = try_joinall(tasks).await;
        assert_eq!(joined, Err(Failure::Returned(1)), "task 1 fails");
        for _ in 0..5 {
            yield_now().await;
        }
        let ended = sorted(&dropped);
        assert_eq!(
            ended,
            [0, 1, 2, 3],
            "task 1 has failed, and these tasks have let go of what they held"
        );
        drop(words);
    });
    dropped.borrow_mut().clear();
    to_the_end(async {
        let note = |number| Noted(number, Rc::clone(&dropped));
        let Told { tasks, words } = Told::new(3, note);
        yield_now().await;
        let given_up = {
            let mut joining = pin!(try_joinall(tasks));
            smol::future::poll_once(joining.as_mut()).await
        };
        assert_eq!(given_up, None, "no task has ended");
        for _ in 0..5 {
            yield_now().await;
        }
        let ended = sorted(&dropped);
        assert_eq!(
            ended,
            [0, 1, 2],
            "the wait was given up, and these tasks have let go of what they held"
        );
        drop(words);
    });
}

fn sorted(numbers: &RefCell<Vec<usize>>) -> Vec<usize> {
    let mut numbers = numbers.borrow().clone();
    numbers.sort_unstable();
    numbers
}

/// Notes that it is dropped.
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
        "the task \"bad\" has panicked, and it gives {joined:?}"
    );
}

/// `imap_unordered` gives the results of those that `first_ended` gives.
fn stream() {
    let order = [3, 0, 4, 1, 2];
    let come = to_the_end(async {
        let (words, heard): (Vec<_>, Vec<Receiver<bool>>) =
            (0..order.len()).map(|_| channel::bounded(1)).unzip();
        let heard = heard.into_iter().enumerate();
        let work = async |(number, heard): (usize, Receiver<bool>)| match heard.recv().await {
            Ok(true) => number,
            _ => panic!("on purpose"),
        };
        let mut results = Pool::unbounded().imap_unordered(heard, work);
        let mut come = Vec::new();
        for number in order {
            end(&words, number, number != 4).await;
            let Some(result) = results.next().await else {
                fault("The stream of results ends before all have come.");
            };
            come.push(result.ok());
        }
        assert!(
            results.next().await.is_none(),
            "five results have come, and there is one more"
        );
        come
    });
    assert_eq!(
        come,
        order.map(|number| (number != 4).then_some(number)),
        "the results of five tasks that ended one after the other; task 4 has panicked"
    );
}

/// Any order, and any of them fail; some before the joiner has its next turn.
fn orders() {
    let mut random = chance("orders");
    for _ in 0..300 {
        let count = random.random_range(1..9);
        let mut order: Vec<usize> = (0..count).collect();
        order.shuffle(&mut random);
        let is_well: Vec<bool> = order
            .iter()
            .map(|_| random.random_range(0..4) > 0)
            .collect();
        let has_turns: Vec<bool> = order.iter().map(|_| random.random_bool(0.5)).collect();
        let ends: Vec<_> = order.iter().copied().zip(is_well).collect();
        let expected = ends.iter().find(|(_, is_well)| !is_well);
        let expected = match expected {
            Some((number, _)) => Err(Failure::Returned(*number)),
            None => Ok((0..count).collect()),
        };
        let telling = ends.clone();
        let joined = to_the_end(async {
            let Told { tasks, words } = Told::plain(count);
            let _ender = spawn("ender", async move {
                for ((number, is_well), has_turns) in telling.into_iter().zip(has_turns) {
                    let _may_be_killed = words[number].try_send(is_well);
                    while has_turns && !words[number].is_empty() {
                        yield_now().await;
                    }
                }
                std::future::pending::<()>().await;
            });
            try_joinall(tasks).await
        });
        let told = ends.iter().map(|(number, is_well)| {
            let how = if *is_well { "ended" } else { "failed" };
            format!("{number} {how}")
        });
        let told = told.collect::<Vec<_>>().join(", ");
        assert_eq!(joined, expected, "of {count} tasks, {told}");
    }
}
