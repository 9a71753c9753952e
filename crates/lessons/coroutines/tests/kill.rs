//! Tasks that are killed, and tasks whose results are no longer wanted.

mod limit;
mod log;

use std::rc::Rc;
use std::sync::Arc;

use coroutines::{Task, TaskError, spawn, yield_now};
use limit::{LIMIT, run_within};
use log::{Log, many_turns, note};
use smol::future::pending;

/// Records that it was dropped.
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

/// Row C14: also when `run` has nothing left to wait for.
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
