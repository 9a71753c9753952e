//! A task that fails is told, with exit code 1, and all others are done.

use std::process::ExitCode;

use check::{Act, Check, Program, Ran, main as judge, program, words};
use common::Kind;
use timeline::Event;

fn main() -> ExitCode {
    judge(
        "pool/hidden-error",
        &[
            Check::new(
                "well",
                "when no task fails, all are done, and the exit code is 0",
                well,
            ),
            Check::new(
                "told",
                "the error of a task is told, with exit code 1",
                told,
            ),
            Check::new("others", "all other tasks are done", others),
            Check::new("killed", "no worker is killed: the pool is joined", killed),
            Check::new("several", "it holds when several tasks fail", several),
            Check::new(
                "together",
                "all workers do tasks at the same time",
                together,
            ),
            Check::new(
                "slow",
                "it waits for a worker that is slow, and for the end of the pool",
                slow,
            ),
            Check::new(
                "lost",
                "a task that is lost with its worker is an error, too",
                lost,
            ),
            Check::new("chaos", "it holds in whatever order the workers run", chaos),
            Check::new("bare", "it holds when nothing is recorded", bare),
        ],
    )
}

fn with(tasks: &[String]) -> Program {
    program!("pool-hidden-error").with(tasks.to_vec())
}

/// Tasks of which those at the places `failing` fail.
fn tasks(purpose: &str, count: usize, failing: &[usize]) -> Vec<String> {
    let mut tasks = words(purpose, count);
    for &place in failing {
        tasks[place].push('!');
    }
    tasks
}

fn well() {
    for count in [5, 1, 40] {
        let tasks = tasks("well", count, &[]);
        expect_done(with(&tasks).run().expect_code(0), &tasks);
    }
}

fn told() {
    for failing in 0..5 {
        let tasks = tasks("told", 5, &[failing]);
        let ran = with(&tasks).run();
        expect_told(&ran, &tasks);
        expect_begun(&ran, &tasks);
    }
}

/// The first fails at once, and the others take their time.
fn others() {
    let tasks = tasks("others", 24, &[0]);
    let ran = with(&tasks).run();
    expect_done(&ran, &tasks);
    expect_told(&ran, &tasks);
}

fn killed() {
    for failing in [&[][..], &[0], &[8]] {
        let tasks = tasks("killed", 9, failing);
        let ran = with(&tasks).watch_naps().run();
        expect_joined(&ran);
        ran.expect_first_only_waits();
    }
}

fn several() {
    let tasks = tasks("several", 12, &[1, 2, 7, 11]);
    let ran = with(&tasks).run();
    expect_done(&ran, &tasks);
    expect_told(&ran, &tasks);
    expect_begun(&ran, &tasks);
    expect_joined(&ran);
}

/// Whether tasks overlap depends on the machine, too, so once, of several runs, is enough. Tasks that are
/// submitted one after the other's end never do.
fn together() {
    let tasks = tasks("together", 60, &[5]);
    let mut most = 0;
    for _ in 0..MOST_RUNS {
        let ran = with(&tasks).run();
        most = most.max(ran.most_under_way());
        if most >= WORKERS {
            return;
        }
    }
    with(&tasks)
        .run()
        .fault(&format!(
            "The pool has {WORKERS} workers, which should do tasks at the same time. In {MOST_RUNS} runs with 60 \
             tasks, never more than {most} of them were under way: submit all tasks, and then wait."
        ))
        .raise();
}

/// Compares a run with one in which a worker stands still: what waits has no more to do, and what
/// sleeps instead of waiting sleeps too short.
fn slow() {
    let tasks = tasks("slow", 7, &[1]);
    let usual = with(&tasks).run();
    let worker = with(&tasks).when(" is done", 2, usual.longer());
    // The first that the pool's processes send are the reports of its supervisor that the workers are there. It
    // stands still when it has sent the last one of them, so the end of the workers is not told for a while.
    let supervisor = with(&tasks).when_recorded(Kind::Send, WORKERS, usual.longer());
    for program in [worker, supervisor] {
        let ran = program.run();
        expect_done(&ran, &tasks);
        expect_told(&ran, &tasks);
        expect_joined(&ran);
        ran.expect_sleeping_since(&usual).expect_no_sleep();
    }
}

/// How many runs are made at most until all workers are seen at work at the same time.
const MOST_RUNS: usize = 5;

/// Of the program's pool.
const WORKERS: usize = 3;

/// A worker that is killed takes along the task that it has in hand, and of a packet of `map` the rest,
/// too. Only the pool knows of that.
fn lost() {
    for nth in 1..=6 {
        let tasks = tasks("lost", 18, &[]);
        let ran = with(&tasks).when(" is done", nth, Act::Kill).run();
        let is_lost = |task: &&String| times_done(&ran, task) == 0;
        let lost: Vec<_> = tasks.iter().filter(is_lost).collect();
        // Killed between two tasks, it has none in hand.
        ran.expect(lost.is_empty() || ran.code != Some(0), || {
            format!(
                "A worker was killed, and task {} was not done, so an error was expected, and with it \
                 exit code 1. It is 0.",
                lost[0]
            )
        });
        if !lost.is_empty() {
            ran.expect_error();
        }
    }
}

fn chaos() {
    for seed in 1..=8 {
        let tasks = tasks("chaos", 6, &[2]);
        let ran = with(&tasks).chaos(seed).run();
        expect_done(&ran, &tasks);
        expect_told(&ran, &tasks);
        expect_joined(&ran);
    }
}

fn bare() {
    let tasks = tasks("bare", 8, &[3]);
    let ran = with(&tasks).bare().run();
    expect_done(&ran, &tasks);
    expect_told(&ran, &tasks);
}

/// The text of an error is the grader's, and comes out of the pool alone: a task fails in a worker.
fn expect_told(ran: &Ran, tasks: &[String]) {
    let failing = tasks.iter().filter_map(|task| task.strip_suffix('!'));
    let texts: Vec<_> = failing
        .map(|name| format!("task {name} cannot be done"))
        .collect();
    ran.expect(ran.code != Some(0), || {
        format!(
            "An error was expected ({:?}), and with it exit code 1. It is 0.",
            texts[0]
        )
    });
    ran.expect_error();
    ran.expect(texts.iter().any(|text| ran.err.contains(text)), || {
        format!(
            "The error should have the text {:?}. On standard error is: {}",
            texts[0], ran.err
        )
    });
}

/// Who prints the line of a task that fails, and how often: it is given to the pool once, and fails there.
fn expect_begun(ran: &Ran, tasks: &[String]) {
    for name in tasks.iter().filter_map(|task| task.strip_suffix('!')) {
        let start = format!("Task {name} (pid=");
        let is_its = |event: &&Event| event.kind == Kind::Say && event.say.starts_with(&start);
        let lanes: Vec<_> = ran
            .run
            .events
            .iter()
            .filter(is_its)
            .map(|event| event.lane)
            .collect();
        ran.expect(lanes.iter().any(|&lane| ran.is_child(lane)), || {
            format!(
                "Task {name} fails, but that is for the pool to find out: no worker has begun it."
            )
        });
        ran.expect(lanes.len() == 1, || {
            format!(
                "Task {name} fails, and should be begun once. It was begun {} times.",
                lanes.len()
            )
        });
    }
}

fn times_done(ran: &Ran, task: &str) -> usize {
    let start = format!("Task {task} (pid=");
    let lines = ran.out.lines();
    lines.filter(|line| line.starts_with(&start)).count()
}

fn expect_done(ran: &Ran, tasks: &[String]) {
    for task in tasks.iter().filter(|task| !task.ends_with('!')) {
        let times = times_done(ran, task);
        ran.expect(times == 1, || {
            format!("Task {task} should be done once. It was done {times} times.")
        });
    }
    let last = ran.lines().last().copied();
    ran.expect(last == Some("All subprocess done."), || {
        format!("\"All subprocess done.\" should be the last line, and it is {last:?}.")
    });
}

/// The log's word: where the tasks were done, and how each process of the pool has ended.
fn expect_joined(ran: &Ran) {
    let is_task = |event: &Event| event.kind == Kind::Say && event.say.ends_with("is done.");
    let by_parent = ran
        .run
        .events
        .iter()
        .any(|event| is_task(event) && event.lane == 0);
    ran.expect(!by_parent, || {
        "The parent does tasks, and should have the pool do them.".to_owned()
    });
    // The supervisor kills the workers of a pool that is left, but only after the first process has ended.
    let is_end = |event: &&Event| event.kind == Kind::Exit && event.lane == 0;
    let mut until_end = ran.run.events.iter().take_while(|event| !is_end(event));
    let is_killed_before = until_end.any(|event| event.kind == Kind::Kill);
    ran.expect(ran.unwaited == 0 || is_killed_before, || {
        "The program has ended without waiting for the processes of its pool. `join` waits for them."
            .to_owned()
    });
    ran.expect(ran.killed().is_none() && ran.unwaited == 0, || {
        "The workers were killed: a pool that is dropped kills them, whatever they have in hand. \
         One that is joined lets them end."
            .to_owned()
    });
}
