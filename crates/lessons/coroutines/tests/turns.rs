//! When tasks run, and what lets others run.

mod limit;
mod log;

use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use coroutines::{joinall, spawn, yield_now};
use limit::{LIMIT, run_within};
use log::{Log, many_turns, note};
use smol::Timer;
use smol::channel;

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

/// Two tasks that each write a note, do `between`, and write another; returns their notes.
fn noted_by_two<B: Future + 'static>(between: fn() -> B) -> Vec<String> {
    let log = Log::default();
    run_within(async {
        let tasks = [1, 2].map(|number| {
            let log = Rc::clone(&log);
            spawn("task", async move {
                note(&log, format!("{number}A"));
                between().await;
                note(&log, format!("{number}B"));
            })
        });
        assert_eq!(joinall(tasks.into()).await, [Ok(()), Ok(())]);
    });
    log.take()
}

/// Row C03.
#[test]
fn c03_two_tasks_that_yield_take_turns() {
    assert_eq!(noted_by_two(yield_now), ["1A", "2A", "1B", "2B"]);
}

/// Row X24.
#[test]
fn x24_only_an_await_gives_the_turn_away() {
    // Blocks the thread, and with it every other task.
    let block = || async { std::thread::sleep(Duration::from_millis(10)) };
    assert_eq!(noted_by_two(block), ["1A", "1B", "2A", "2B"]);
}

/// Row C04, which is about times.
#[test]
fn c04_three_sleeps_on_one_thread_take_as_long_as_the_longest() {
    let log = Log::default();
    let begin = Instant::now();
    run_within(async {
        let tasks = [(1, 1500), (2, 1000), (3, 500)].map(|(number, sleep)| {
            let log = Rc::clone(&log);
            spawn("task", async move {
                Timer::after(Duration::from_millis(sleep)).await;
                note(&log, number.to_string());
            })
        });
        assert_eq!(joinall(tasks.into()).await.len(), 3);
    });
    let took = begin.elapsed();
    assert!(took >= Duration::from_millis(1500), "{took:?}");
    assert!(took < Duration::from_millis(3000), "{took:?}");
    assert_eq!(*log.borrow(), ["3", "2", "1"]);
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

/// A task whose handle was leaked lives on, and takes turns forever; its thread must not.
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
    // `join` also waits for the destructors of the thread, and has no limit.
    let (sender, ended) = std::sync::mpsc::channel();
    std::thread::spawn(move || sender.send(thread.join().is_ok()));
    assert_eq!(ended.recv_timeout(LIMIT), Ok(true));
}
