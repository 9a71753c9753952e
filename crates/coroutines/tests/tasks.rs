//! Tasks: when they run, how they end, what their handles tell.

mod limit;

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use coroutines::{Task, TaskError, joinall, spawn, timeout, try_joinall, yield_now};
use limit::{LIMIT, run_within};
use smol::Timer;
use smol::channel;
use smol::future::pending;

const SHORT: Duration = Duration::from_millis(100);

type Log = Rc<RefCell<Vec<String>>>;

fn note(log: &Log, text: impl Into<String>) {
    log.borrow_mut().push(text.into());
}

/// Gives every task many turns.
async fn many_turns() {
    for _ in 0..20 {
        yield_now().await;
    }
}

/// Row C01.
#[test]
fn c01_a_task_has_not_run_when_spawn_returns_and_runs_when_the_spawner_yields() {
    run_within(async {
        let ran = Rc::new(Cell::new(false));
        let seen = Rc::clone(&ran);
        let task = spawn("task", async move { seen.set(true) });
        assert!(!ran.get());
        yield_now().await;
        assert!(ran.get());
        task.get().await.unwrap();
    });
}

/// Row C01.
#[test]
fn c01_a_task_runs_when_the_spawner_waits_also_when_it_was_spawned_before_run() {
    let task = spawn("task", async { 1 });
    assert_eq!(run_within(task.get()), Ok(1));
}

/// Row C02.
#[test]
fn c02_join_all_gives_the_values_in_the_order_of_the_tasks() {
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

/// Row C03.
#[test]
fn c03_two_tasks_that_yield_take_turns() {
    let log = Log::default();
    run_within(async {
        let tasks = [1, 2].map(|number| {
            let log = Rc::clone(&log);
            spawn("task", async move {
                note(&log, format!("{number}A"));
                yield_now().await;
                note(&log, format!("{number}B"));
            })
        });
        assert_eq!(joinall(tasks.into()).await, [Ok(()), Ok(())]);
    });
    assert_eq!(*log.borrow(), ["1A", "2A", "1B", "2B"]);
}

/// Row C04, which is about times.
#[test]
fn c04_three_sleeps_on_one_thread_take_as_long_as_the_longest() {
    let log = Log::default();
    let begin = Instant::now();
    run_within(async {
        let tasks = [(1, 900), (2, 600), (3, 300)].map(|(number, sleep)| {
            let log = Rc::clone(&log);
            spawn("task", async move {
                Timer::after(Duration::from_millis(sleep)).await;
                note(&log, number.to_string());
            })
        });
        assert_eq!(joinall(tasks.into()).await.len(), 3);
    });
    let took = begin.elapsed();
    assert!(took >= Duration::from_millis(900), "{took:?}");
    assert!(took < Duration::from_millis(1800), "{took:?}");
    assert_eq!(*log.borrow(), ["3", "2", "1"]);
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
fn c06_asked_for_errors_join_all_gives_the_one_that_happened_first() {
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
fn c06_without_errors_it_gives_the_values_and_a_panic_counts_as_an_error() {
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

/// Row C07.
#[test]
fn c07_join_and_get_give_up_after_their_time_and_the_task_goes_on() {
    run_within(async {
        let (open, gate) = channel::bounded::<()>(1);
        let mut task = spawn("task", async move {
            gate.recv().await.ok();
            7
        });
        let begin = Instant::now();
        assert!(!task.join_timeout(SHORT).await);
        assert!(begin.elapsed() >= SHORT);
        assert_eq!(task.get_timeout(SHORT).await.unwrap_err().limit, SHORT);
        assert_eq!(task.result(), None);
        open.send(()).await.unwrap();
        assert_eq!(task.get_timeout(LIMIT).await, Ok(Ok(&7)));
        assert!(task.join_timeout(LIMIT).await);
        assert_eq!(task.get().await, Ok(7));
    });
}

/// Says when it is dropped.
struct Bell(Log);

impl Drop for Bell {
    fn drop(&mut self) {
        note(&self.0, "dropped");
    }
}

fn sleeper(log: &Log) -> Task<()> {
    let log = Rc::clone(log);
    spawn("sleeper", async move {
        let _bell = Bell(Rc::clone(&log));
        note(&log, "began");
        pending::<()>().await;
        note(&log, "ran on");
    })
}

/// Row C14.
#[test]
fn c14_a_task_killed_before_it_began_never_runs() {
    let log = Log::default();
    let mut task = sleeper(&log);
    run_within(async {
        task.kill().await;
        assert!(matches!(task.result(), Some(Err(TaskError::Killed { .. }))));
        many_turns().await;
    });
    assert!(log.borrow().is_empty(), "{log:?}");
}

/// Row C14.
#[test]
fn c14_a_task_killed_asleep_drops_what_it_held_and_a_second_kill_changes_nothing() {
    let log = Log::default();
    run_within(async {
        let mut task = sleeper(&log);
        yield_now().await;
        for _ in 0..2 {
            task.kill().await;
            assert_eq!(*log.borrow(), ["began", "dropped"]);
            let killed = TaskError::Killed {
                task: "sleeper".to_owned(),
            };
            assert_eq!(task.get_timeout(LIMIT).await, Ok(Err(&killed)));
        }
    });
}

/// Row C14.
#[test]
fn c14_a_task_that_has_ended_keeps_its_result_when_it_is_killed() {
    run_within(async {
        let mut task = spawn("quick", async { 5 });
        many_turns().await;
        task.kill().await;
        assert_eq!(task.get().await, Ok(5));
    });
}

/// Row C14: what drop does.
#[test]
fn c14_dropping_the_handle_kills_the_task() {
    let log = Log::default();
    run_within(async {
        let task = sleeper(&log);
        yield_now().await;
        drop(task);
        yield_now().await;
    });
    assert_eq!(*log.borrow(), ["began", "dropped"]);
}

/// Row C14: also when nobody waits any more.
#[test]
fn c14_a_task_dropped_at_the_very_end_of_run_lets_go_of_what_it_held() {
    let log = Log::default();
    run_within(async {
        let _dropped_last = sleeper(&log);
        yield_now().await;
    });
    assert_eq!(*log.borrow(), ["began", "dropped"]);
}

/// Row C14: also when nothing runs any more.
#[test]
fn c14_a_task_dropped_after_run_lets_go_of_what_it_held_when_its_thread_ends() {
    let held = Arc::new(());
    let inside = Arc::clone(&held);
    let thread = std::thread::spawn(move || {
        let task = spawn("task", async move {
            let _held = inside;
            pending::<()>().await;
        });
        run_within(yield_now());
        drop(task);
    });
    thread.join().unwrap();
    assert_eq!(Arc::strong_count(&held), 1);
}

/// Row C16.
#[test]
fn c16_a_queue_of_two_takes_a_and_b_and_c_waits_for_the_first_get() {
    let log = Log::default();
    run_within(async {
        let (queue, out) = channel::bounded(2);
        let puts = Rc::clone(&log);
        let writer = spawn("writer", async move {
            for letter in ["a", "b", "c"] {
                queue.send(letter).await.unwrap();
                note(&puts, format!("put {letter}"));
            }
        });
        many_turns().await;
        assert_eq!(*log.borrow(), ["put a", "put b"]);
        assert_eq!(out.recv().await, Ok("a"));
        many_turns().await;
        assert_eq!(*log.borrow(), ["put a", "put b", "put c"]);
        assert_eq!((out.recv().await, out.recv().await), (Ok("b"), Ok("c")));
        writer.get().await.unwrap();
        assert!(out.recv().await.is_err(), "the end of the stream");
    });
}

/// Row C17, which is about a time.
#[test]
fn c17_a_timeout_gives_its_error_in_time_or_the_value_to_use_instead() {
    let begin = Instant::now();
    let one_second = || Timer::after(Duration::from_secs(1));
    let timed = run_within(async { timeout(SHORT, async { one_second().await }).await });
    assert_eq!(timed.map(|_| ()).unwrap_err().limit, SHORT);
    let instead = async {
        timeout(SHORT, async {
            one_second().await;
            1
        })
        .await
        .unwrap_or(2)
    };
    assert_eq!(run_within(instead), 2);
    let took = begin.elapsed();
    assert!(
        took >= 2 * SHORT && took < Duration::from_secs(1),
        "{took:?}"
    );
}

/// Row C17.
#[test]
fn c17_what_is_done_in_time_gives_its_value_also_without_any_time() {
    assert_eq!(run_within(timeout(SHORT, async { 3 })), Ok(3));
    assert_eq!(run_within(timeout(Duration::ZERO, async { 3 })), Ok(3));
}

/// Row X24.
#[test]
fn x24_only_an_await_gives_the_turn_away() {
    let log = Log::default();
    run_within(async {
        let tasks = [1, 2].map(|number| {
            let log = Rc::clone(&log);
            spawn("task", async move {
                note(&log, format!("{number}A"));
                // Blocks the thread, and with it every other task.
                std::thread::sleep(Duration::from_millis(10));
                note(&log, format!("{number}B"));
            })
        });
        assert_eq!(joinall(tasks.into()).await.len(), 2);
    });
    assert_eq!(*log.borrow(), ["1A", "1B", "2A", "2B"]);
}

/// A task whose handle was lost lives on, and takes turns for ever; its thread must not.
#[test]
fn a_thread_ends_also_when_a_lost_task_of_it_never_does() {
    let thread = std::thread::spawn(|| {
        run_within(async {
            let endless = async {
                loop {
                    yield_now().await;
                }
            };
            std::mem::forget(spawn("endless", endless));
            yield_now().await;
        });
    });
    // `join` waits for the destructors of the thread, too, and knows no limit.
    let (told, ended) = std::sync::mpsc::channel();
    std::thread::spawn(move || told.send(thread.join().is_ok()));
    assert_eq!(ended.recv_timeout(LIMIT), Ok(true));
}
