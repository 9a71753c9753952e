//! The error of a task is reported, with exit code 1, and all other tasks are done.

use std::process::ExitCode;
use std::time::Duration;

use check::{Act, Check, Program, Ran, main as judge, numbers, program, words};
use common::Kind;
use timeline::Event;

mod told;

use told::{expect_begun, expect_told};

fn main() -> ExitCode {
    judge(
        "pool/hidden-error",
        &[
            Check::new(
                "well",
                "when no task fails, all tasks are done, and the exit code is 0",
                well,
            ),
            Check::new(
                "told",
                "the error of a task is reported, with exit code 1",
                told,
            ),
            Check::new("others", "all other tasks are done", others),
            Check::new("killed", "no worker is killed: the pool is joined", killed),
            Check::new("several", "it works when several tasks fail", several),
            Check::new(
                "together",
                "all workers do tasks at the same time",
                together,
            ),
            Check::new(
                "one-slow",
                "while one task is slow, the other workers do all others",
                one_slow,
            ),
            Check::new(
                "slow",
                "it waits for a slow worker, and for the end of the pool",
                slow,
            ),
            Check::new(
                "lost",
                "a task that is lost with its worker is also an error",
                lost,
            ),
            Check::new("chaos", "it works in whatever order the workers run", chaos),
            Check::new("bare", "it works when nothing is recorded", bare),
        ],
    )
}

fn with(tasks: &[String]) -> Program {
    program!("pool-hidden-error").with(tasks.to_vec())
}

/// `count` tasks, of which those at the places `failing` fail.
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

/// The task that fails may be any one of them, and there may be many.
fn told() {
    let later = numbers("told", 1, 16..=98)[0];
    let few = (0..5).map(|failing| (5, failing));
    for (count, failing) in few.chain([(MOST_TASKS, later), (MOST_TASKS, MOST_TASKS - 1)]) {
        let tasks = tasks("told", count, &[failing]);
        let ran = with(&tasks).run();
        expect_told(&ran, &tasks);
        expect_begun(&ran, &tasks);
    }
}

/// The first task fails at once, and the others take their time.
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

/// Whether tasks overlap also depends on the machine, so one run of several is enough. Tasks of which each
/// is submitted after the end of the one before never overlap.
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
            "The pool has {WORKERS} workers, which should do tasks at the same time. In {MOST_RUNS} runs \
             with 60 tasks, at most {most} of them were under way at once: submit all tasks, and then wait."
        ))
        .by_clock()
        .raise();
}

/// As many tasks as the program takes.
const MOST_TASKS: usize = 100;

/// Stops the worker of the first task. Whether the other ones do the rest in this time depends on the
/// machine, too, so one run of several is enough: in batches, the later tasks always have to wait for it.
fn one_slow() {
    let tasks = tasks("one slow", MOST_TASKS, &[7]);
    let usual = with(&tasks).run();
    let [two, five] = [2, 5].map(|seconds| Act::Stop(Duration::from_secs(seconds)));
    let mut last = None;
    for still in [usual.longer(), usual.longer(), two, five] {
        let program = with(&tasks).when_recorded(Kind::Begin, 1, still);
        let ran = program.run();
        expect_done(&ran, &tasks);
        expect_told(&ran, &tasks);
        if ran.longest_ends_last() {
            return;
        }
        last = Some(ran);
    }
    if let Some(ran) = last {
        ran.fault(
            "In each of four runs, the worker of the first task was stopped for a while, and the other \
             workers did not do all other tasks meanwhile: submit all tasks, and then wait.",
        )
        .by_clock()
        .raise();
    }
}

/// Compares a run with one in which a process is stopped: an answer that waits does no more work, and one
/// that sleeps instead does not sleep long enough.
fn slow() {
    let tasks = tasks("slow", 7, &[1]);
    let usual = with(&tasks).run();
    let worker = with(&tasks).when(") is done.", 2, usual.longer());
    // The first messages in the pool are the supervisor's reports that the workers have started. It is
    // stopped after the last of these reports, so for a while it does not report the end of the workers.
    let supervisor = with(&tasks).when_recorded(Kind::Send, WORKERS, usual.longer());
    for program in [worker, supervisor] {
        let ran = program.run();
        expect_done(&ran, &tasks);
        expect_told(&ran, &tasks);
        expect_joined(&ran);
        ran.expect_sleeping_since(&usual)
            .expect_no_sleep()
            .expect_sleeps_in_waits();
    }
    // A body may sleep at first, in whichever call, and then wait.
    for millis in [50, 150] {
        let brief = Act::Stop(Duration::from_millis(millis));
        let ran = with(&tasks).when_recorded(Kind::Begin, 1, brief).run();
        expect_told(&ran, &tasks);
        ran.expect_sleeps_in_waits();
    }
}

/// The limit of the number of runs until all workers are seen at work at the same time.
const MOST_RUNS: usize = 5;

/// The number of workers of the program's pool.
const WORKERS: usize = 3;

/// The most tasks in the hand of a worker, where there are 18: `map` sends them in packets of two.
const IN_HAND: usize = 2;

/// With a worker that is killed, the task in its hand is lost, and also the rest of a packet of `map`.
/// Only the pool knows of this.
fn lost() {
    for nth in 1..=6 {
        let tasks = tasks("lost", 18, &[]);
        let ran = with(&tasks).when(") is done.", nth, Act::Kill).run();
        let is_lost = |task: &&String| times_done(&ran, task) == 0;
        let lost: Vec<_> = tasks.iter().filter(is_lost).collect();
        // A worker that is killed between two tasks has none in its hand.
        ran.expect(lost.is_empty() || ran.code != Some(0), || {
            format!(
                "A worker was killed, and task {} was not done, so an error and exit code 1 were expected. \
                 The exit code is 0.",
                lost[0]
            )
        });
        if !lost.is_empty() {
            ran.expect_error();
        }
        ran.expect(lost.len() <= IN_HAND, || {
            format!(
                "A worker was killed. Only what it had in its hand should be lost, but {} of 18 tasks were \
                 not done: the others should still be done, by the other workers.",
                lost.len()
            )
        });
    }
}

/// There are more tasks than an iterator of results submits ahead, and the first one fails: an answer that
/// stops at its error never submits the last ones.
fn chaos() {
    for seed in 1..=8 {
        let tasks = tasks("chaos", 24, &[0]);
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

/// The task in the line that its worker prints when the task is done.
fn task_done(line: &str) -> Option<&str> {
    let line = line.strip_prefix("Task ")?.strip_suffix(") is done.")?;
    let (task, pid) = line.split_once(" (pid=")?;
    pid.parse::<u32>().is_ok().then_some(task)
}

fn times_done(ran: &Ran, task: &str) -> usize {
    let done = ran.out.lines().filter_map(task_done);
    done.filter(|its| *its == task).count()
}

fn expect_done(ran: &Ran, tasks: &[String]) {
    for task in tasks.iter().filter(|task| !task.ends_with('!')) {
        let times = times_done(ran, task);
        ran.expect(times == 1, || {
            format!("Task {task} should be done once. It was done {times} times.")
        });
    }
    // Text without a newline, which a body may print, comes when the program ends.
    let lines = ran.lines();
    let end = lines.iter().rposition(|line| *line == END);
    let last_task = lines.iter().rposition(|line| task_done(line).is_some());
    ran.expect(end > last_task, || {
        format!("After the lines of all tasks, the line {END:?} was expected.")
    });
}

/// The line that the program prints when all tasks should be done.
const END: &str = "All subprocess done.";

/// Checks in the log that no task was done by the parent, and that each process of the pool ended by itself.
fn expect_joined(ran: &Ran) {
    let parent = ran.run.lanes.first().map_or(0, |lane| lane.pid);
    let end = format!(" (pid={parent}) is done.");
    let is_task = |event: &Event| event.say.starts_with("Task ") && event.say.ends_with(&end);
    let mut of_parent = ran.run.events.iter().filter(|event| event.lane == 0);
    let by_parent = of_parent.any(is_task);
    ran.expect(!by_parent, || {
        "The parent does tasks itself. The pool should do them.".to_owned()
    });
    // The supervisor kills the workers of a forgotten pool, but only after the first process has ended.
    let is_end = |event: &&Event| event.kind == Kind::Exit && event.lane == 0;
    let mut until_end = ran.run.events.iter().take_while(|event| !is_end(event));
    let is_killed_before = until_end.any(|event| event.kind == Kind::Kill);
    ran.expect(ran.unwaited == 0 || is_killed_before, || {
        "The program has ended without waiting for the processes of its pool. `join` waits for them."
            .to_owned()
    });
    ran.expect(ran.killed().is_none() && ran.unwaited == 0, || {
        "The workers were killed: dropping a pool kills them, whatever task they have in hand. \
         Joining it lets them end by themselves."
            .to_owned()
    });
}
