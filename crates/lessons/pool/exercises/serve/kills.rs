//! Workers that are killed: in a task, and at each of their events.

use std::sync::atomic::{AtomicU32, Ordering};

use check::{Ours, die_at_event, fault};
use common::pid;
use ipc_shared::AtomicValue;
use nix::sys::signal::{Signal, raise};
use pool::{Cause, Pool, TaskError};

use crate::{join, pool, result, shared, submit};

pub(crate) fn has_died(error: &TaskError) -> bool {
    matches!(error.cause, Cause::WorkerDied { .. })
}

pub(crate) fn in_task() {
    for victim in 0..4 {
        let pool = pool(1, move |number: u32| {
            if number == victim {
                // A raise of SIGKILL does not return.
                let _never = raise(Signal::SIGKILL);
            }
            number
        });
        let tasks: Vec<_> = (0..4).map(|number| submit(&pool, number)).collect();
        for (number, task) in (0..).zip(tasks) {
            let when = format!("when the worker is killed in task {victim}");
            match result(task, &when) {
                Err(error) if number == victim && has_died(&error) => {}
                Ok(value) if number != victim && value == number => {}
                other => fault(format!(
                    "The worker was killed in task {victim} of 0 to 3, and the result of task \
                     {number} is {other:?}."
                )),
            }
        }
        join(pool);
    }
}

/// The preparation of workers of which the first one is killed at its event of this number. `victim` gets its
/// pid.
fn first_dies(event: u32, victim: &AtomicValue<AtomicU32>) -> impl Fn() + 'static {
    let victim = victim.clone();
    move || {
        let order = Ordering::Relaxed;
        if victim.compare_exchange(0, pid(), order, order).is_ok() {
            die_at_event(event);
        }
    }
}

/// The tasks that fail and panic by themselves: their answers can be lost, too.
const FAILS: u32 = 1;
const PANICS: u32 = 2;

/// The first worker is killed at each of its events: before and after each act of a queue or a lock.
pub(crate) fn killed() {
    for event in 0..200 {
        let (victim, begun) = (shared(), [(); 4].map(|()| shared()));
        let counts = begun.clone();
        let init = first_dies(event, &victim);
        let run = move |(): &mut (), number: u32| {
            counts[number as usize].fetch_add(1, Ordering::Relaxed);
            match number {
                FAILS => Err("it fails"),
                PANICS => panic!("it panics"),
                _ => Ok(number),
            }
        };
        let pool = Pool::with_state(1, init, run).ours("pool");
        let tasks = [0, 1, 2, 3].map(|number| submit(&pool, number));
        let when = "when a worker is killed between two tasks";
        let results = tasks.map(|task| result(task, when));
        let is_lost = |result: &Result<u32, TaskError>| result.as_ref().is_err_and(has_died);
        let lost = results.iter().filter(|result| is_lost(result)).count();
        let begun = begun.map(|count| count.load(Ordering::Relaxed));
        for (task, result) in (0..).zip(&results) {
            let is_right = match result {
                Ok(value) => *value == task && ![FAILS, PANICS].contains(&task),
                Err(error) => [FAILS, PANICS].contains(&task) || has_died(error),
            };
            assert!(
                is_right && begun[task as usize] <= 1 && lost <= 1,
                "a worker was killed at its event {event}. Four tasks were begun {begun:?} times (task \
                 {FAILS} fails, task {PANICS} panics), and their results are {results:?}: at most one task \
                 may be lost, the one in the worker's hand, and none may be begun twice"
            );
        }
        let is_alive = pool.pids().contains(&victim.load(Ordering::Relaxed));
        join(pool);
        if lost == 0 && is_alive {
            // The worker had fewer events.
            return;
        }
    }
}

/// The first worker is killed at each of its events, with a packet of three tasks. If it is killed before it
/// begins with them, the first task is lost, and the others are not run.
pub(crate) fn packet() {
    for event in 0..200 {
        let (victim, begun) = (shared(), shared());
        let count = begun.clone();
        let init = first_dies(event, &victim);
        let run = move |(): &mut (), number: u32| {
            count.fetch_add(1, Ordering::Relaxed);
            number
        };
        let pool = Pool::with_state(1, init, run).ours("pool");
        let values = pool.map_packets(0..3, 3);
        let begun = begun.load(Ordering::Relaxed);
        let is_right = match &values {
            Ok(values) => *values == [0, 1, 2] && begun == 3,
            Err(error) => has_died(error) && (begun > 0 || error.task == 0),
        };
        assert!(
            is_right,
            "a worker was killed at its event {event}, after it had begun {begun} of the tasks 0 to 2 of its \
             packet, and the result is {values:?}"
        );
        let is_alive = pool.pids().contains(&victim.load(Ordering::Relaxed));
        join(pool);
        if values.is_ok() && is_alive {
            // The worker had fewer events.
            return;
        }
    }
}

/// Each worker is killed at its event of this number. A worker that has had a task is always replaced; if
/// workers die before that, the pool gives up after some of them.
pub(crate) fn each_killed() {
    const TASKS: u32 = 25;
    for event in 0..200 {
        let pool = Pool::with_state(1, move || die_at_event(event), |(): &mut (), _: u32| pid());
        // The pool may have given up already.
        let Ok(pool) = pool else { continue };
        let tasks: Vec<_> = (0..TASKS)
            .filter_map(|number| pool.apply_async(number).ok())
            .collect();
        let when = format!("when each worker is killed at its event {event}");
        let results: Vec<_> = tasks.into_iter().map(|task| result(task, &when)).collect();
        let had_it =
            |result: &&Result<u32, TaskError>| result.as_ref().map_or_else(has_died, |_| true);
        let had = results.iter().filter(had_it).count();
        assert!(
            had == 0 || had == TASKS as usize,
            "each worker was killed at its event {event}; workers took {had} of {TASKS} tasks, and then the \
             pool gave up: a worker that has answered a task counts as useful, and is replaced"
        );
        let _some_are_lost = pool.join();
        let mut pids: Vec<_> = results.into_iter().flatten().collect();
        let values = pids.len();
        pids.dedup();
        if pids.len() < values {
            // The event comes after the first task.
            return;
        }
    }
}
