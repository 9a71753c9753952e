//! A worker answers one packet after the other, and a task that is lost by a kill is known.

use std::process::ExitCode;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::sleep;
use std::time::Duration;

use check::{Check, Ours, expect_in_time, fault, main as judge, numbers};
use common::{Message, pid};
use ipc_shared::AtomicValue;
use multiprocess::Outcome;
use nix::sys::resource::{UsageWho, getrusage};
use pool::{Cause, Pool, TaskError, TaskHandle};

mod kills;
mod packets;
mod waiting;

const fn check(name: &'static str, holds: &'static str, run: fn()) -> Check {
    Check::new(name, holds, run).within(Duration::from_secs(10))
}

fn main() -> ExitCode {
    judge(
        "pool/serve",
        &[
            check("values", "each task has its value", values),
            check(
                "one-core",
                "each task has its value on one core, too",
                values,
            )
            .on_one_core(),
            check(
                "failures",
                "a task that fails is an error, and the others go on",
                failures,
            ),
            check("long", "an answer may be longer than the queue", long),
            check("same", "a worker does one task after the other", same),
            // Before the many: a worker that sleeps after each task takes a minute for them.
            check(
                "at-work",
                "a worker that has tasks does not sleep between them",
                at_work,
            ),
            check("many", "a worker does any number of tasks", many)
                .within(Duration::from_secs(60)),
            // Before the kills: a worker that polls would make each of some sixty pools slow, and the limit
            // of a check would end it, depending on the machine.
            check(
                "waits",
                "a worker without a task waits, and does not poll",
                waiting::waits,
            ),
            check(
                "in-task",
                "when a worker is killed in a task, only that task is lost",
                kills::in_task,
            ),
            check("killed", "any kill loses at most one task", kills::killed)
                .within(Duration::from_secs(20)),
            check(
                "packet",
                "until a packet has begun, its first task is the one in the worker's hand",
                kills::packet,
            )
            .within(Duration::from_secs(20)),
            check(
                "each",
                "a worker that is killed counts as useful only if it has had a task",
                kills::each_killed,
            )
            .within(Duration::from_secs(20)),
            check(
                "ready",
                "a worker that is killed while it waits for its first task is replaced",
                waiting::ready,
            ),
            check(
                "useful",
                "a worker that is killed after a task is replaced, however often this happens",
                waiting::useful,
            ),
            check(
                "end",
                "a worker returns when the pool has closed the queue",
                end,
            ),
        ],
    )
}

/// The time within which a task has to be answered. A worker is replaced in some milliseconds.
const LIMIT: Duration = Duration::from_secs(6);

fn pool<A: Message, R: Message + 'static, O: Outcome<Value = R>>(
    workers: usize,
    run: impl Fn(A) -> O + 'static,
) -> Pool<A, R> {
    Pool::new(workers, run).ours("pool")
}

fn submit<A: Message, R: Message + 'static>(pool: &Pool<A, R>, argument: A) -> TaskHandle<R> {
    let submitted = pool.apply_async(argument);
    submitted.unwrap_or_else(|error| fault(format!("The pool refused a task: {error}.")))
}

/// Returns the result of a task. If it does not come in time, `when` is part of the fault.
fn result<R: Message>(task: TaskHandle<R>, when: &str) -> Result<R, TaskError> {
    expect_in_time(task.wait_timeout(LIMIT), || {
        format!(
            "A task has no answer, {when}: neither a value, nor an error that reports its loss."
        )
    });
    task.get()
}

fn join<A: Message, R: Message + 'static>(pool: Pool<A, R>) {
    let joined = pool.join();
    assert!(
        joined.is_ok(),
        "every result was read, but `join` returned {joined:?}"
    );
}

fn values() {
    for workers in [1, 2] {
        let pool = pool(workers, |number: u64| 3 * number);
        let arguments = numbers("values", 100, 0..=1_000_000);
        let submitted: Vec<_> = arguments
            .iter()
            .map(|&number| submit(&pool, number as u64))
            .collect();
        for (number, task) in arguments.iter().zip(submitted) {
            let value = result(task, "and no worker was killed").ok();
            assert_eq!(value, Some(3 * *number as u64), "three times {number}");
        }
        // In packets of several tasks.
        let values = pool.map(0..500).ok();
        let expected: Vec<u64> = (0..500).map(|number| 3 * number).collect();
        assert_eq!(values, Some(expected), "three times each of 0 to 499");
        join(pool);
    }
}

/// More failures than a worker might take for enough.
const MANY_FAIL: u32 = 150;

fn failures() {
    let begun = shared();
    let count = begun.clone();
    let pool = pool(1, move |number: u32| {
        count.fetch_add(1, Ordering::Relaxed);
        match number % 3 {
            0 => Ok(number),
            1 => Err(format!("no {number}")),
            _ => panic!("never {number}"),
        }
    });
    let tasks: Vec<_> = (0..MANY_FAIL).map(|number| submit(&pool, number)).collect();
    let worker = pool.pids();
    for (number, task) in (0..).zip(tasks) {
        let expected = match number % 3 {
            0 => Ok(number),
            1 => Err(Cause::Failed(format!("no {number}"))),
            _ => Err(Cause::Panicked(format!("never {number}"))),
        };
        let its = result(task, "where some tasks fail or panic").map_err(|error| error.cause);
        assert_eq!(
            its, expected,
            "task {number} of {MANY_FAIL}: of each three tasks, the second one fails and the third one panics"
        );
    }
    assert_eq!(
        begun.load(Ordering::Relaxed),
        MANY_FAIL,
        "how often {MANY_FAIL} tasks were begun, of which some fail: each should be begun once"
    );
    assert_eq!(
        pool.pids(),
        worker,
        "the worker's pid after tasks have failed and panicked: the worker should go on"
    );
    join(pool);
    packets::failures();
}

fn long() {
    let pool = pool(1, |length: u32| match length {
        0 => vec![f64::NAN],
        _ => vec![0.5; length as usize],
    });
    for length in [1, 600_000, 2] {
        let value = result(submit(&pool, length), "and it is long").ok();
        assert_eq!(
            value.map(|value| value.len()),
            Some(length as usize),
            "the number of values in an answer, 8 bytes each"
        );
    }
    let without_bytes = result(submit(&pool, 0), "and it cannot be serialized");
    assert!(
        without_bytes.is_err(),
        "a task whose value cannot be sent should have an error"
    );
    join(pool);
}

fn same() {
    let pool = pool(1, |_: u32| pid());
    let tasks: Vec<_> = (0..30).map(|number| submit(&pool, number)).collect();
    let mut workers: Vec<_> = tasks
        .into_iter()
        .filter_map(|task| result(task, "and no worker was killed").ok())
        .collect();
    let done = workers.len();
    workers.dedup();
    assert_eq!(
        (done, workers.len()),
        (30, 1),
        "the number of tasks that are done, and of processes that did them, in a pool of one worker"
    );
    join(pool);
}

/// The number of tries until one of them has to be good.
const MOST_TRIES: u32 = 5;
/// The number of tasks that are in the queue when the first one is done.
const AT_ONCE: u32 = 200;

/// The worker's first task waits until all tasks are in the queue. From then on the worker has no reason to
/// wait, but on a busy machine it may wait for a lock now and then, so one good try of several is enough.
fn at_work() {
    let mut slept = 0;
    for _ in 0..MOST_TRIES {
        slept = sleeps_in_tasks();
        if slept < i64::from(AT_ONCE) / 2 {
            return;
        }
    }
    expect_in_time(false, || {
        format!(
            "The only worker went to sleep {slept} times while it did {AT_ONCE} tasks that were all in the \
             queue: it should do one after the other, without a sleep."
        )
    });
}

/// How often the only worker goes to sleep from its first task to its last.
fn sleeps_in_tasks() -> i64 {
    let all_are_there = shared();
    let begins = all_are_there.clone();
    let pool = pool(1, move |_: u32| {
        while begins.load(Ordering::Relaxed) == 0 {
            sleep(Duration::from_millis(1));
        }
        let usage = getrusage(UsageWho::RUSAGE_THREAD).ours("count of the kernel");
        usage.voluntary_context_switches()
    });
    let tasks: Vec<_> = (0..AT_ONCE).map(|number| submit(&pool, number)).collect();
    all_are_there.store(1, Ordering::Relaxed);
    let until_then = tasks.into_iter().map(|task| {
        let sleeps = result(task, "and no worker was killed");
        sleeps.unwrap_or_else(|error| fault(format!("A task has failed: {error}.")))
    });
    let until_then: Vec<_> = until_then.collect();
    join(pool);
    until_then[until_then.len() - 1] - until_then[0]
}

/// More tasks than a worker might take for enough.
const MANY: u32 = 50_000;

fn many() {
    let pool = pool(1, |number: u32| number);
    let tasks: Vec<_> = (0..MANY).map(|number| submit(&pool, number)).collect();
    for (number, task) in (0..).zip(tasks) {
        let value = result(task, "after the only worker had done many others");
        assert_eq!(
            value,
            Ok(number),
            "the result of task {number} of {MANY} small tasks, all done by one worker"
        );
    }
    join(pool);
}

fn shared() -> AtomicValue<AtomicU32> {
    AtomicValue::new(AtomicU32::new(0)).ours("memory to share")
}

/// Counts the panics of the workers: no task panics here.
fn end() {
    let panics = shared();
    let theirs = panics.clone();
    std::panic::set_hook(Box::new(move |_| {
        theirs.fetch_add(1, Ordering::Relaxed);
    }));
    for tasks in [0, 1, 5] {
        let pool = pool(2, |number: u32| number);
        let tasks: Vec<_> = (0..tasks).map(|number| submit(&pool, number)).collect();
        for task in tasks {
            let value = result(task, "and no worker was killed");
            assert!(value.is_ok(), "the value of a task: {value:?}");
        }
        join(pool);
    }
    let panics = panics.load(Ordering::Relaxed);
    let _ours = std::panic::take_hook();
    assert_eq!(panics, 0, "panics of workers when the pool was joined");
}
