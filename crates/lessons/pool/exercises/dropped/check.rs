//! Two workers do all tasks, two at a time, and then end by themselves.

use std::process::ExitCode;
use std::time::Duration;

use check::{Act, Check, Program, Ran, main as judge, program, words};
use common::Kind;
use timeline::{Event, Lane};

mod results;

use results::{expect_one_lost, expect_results, result_in, results_of};

fn main() -> ExitCode {
    judge(
        "pool/dropped",
        &[
            Check::new("done", "every task is done once, by a worker", done),
            Check::new(
                "results",
                "the results of all tasks are returned, in order",
                results,
            ),
            Check::new(
                "ends",
                "the workers end by themselves: none is killed",
                ends,
            ),
            Check::new(
                "slow",
                "it waits for a slow worker, and for the end of the pool",
                slow,
            ),
            Check::new("together", "two tasks are done at the same time", together),
            Check::new(
                "one-slow",
                "while one task is slow, the other worker does all others",
                one_slow,
            ),
            Check::new(
                "worker-killed",
                "when a worker is killed, only its own task is lost",
                worker_killed,
            ),
            Check::new("chaos", "it works in whatever order the workers run", chaos),
            Check::new("bare", "it works when nothing is recorded", bare),
        ],
    )
}

fn with(millis: u32, tasks: &[String]) -> Program {
    program!("pool-dropped")
        .with([millis.to_string()])
        .with(tasks.to_vec())
}

fn done() {
    for count in [4, 1, 20] {
        let tasks = words("done", count);
        expect_done(with(20, &tasks).run().expect_code(0), &tasks);
    }
}

fn results() {
    for count in [4, 6, 9] {
        let tasks = words("results", count);
        expect_results(&with(20, &tasks).run(), &tasks);
    }
    // Several tasks may have the same name.
    let names = words("same name", 2);
    let tasks = [0, 0, 1, 0].map(|name: usize| names[name].clone());
    expect_results(&with(20, &tasks).run(), &tasks);
}

fn ends() {
    for count in [1, 4] {
        let tasks = words("ends", count);
        let ran = with(20, &tasks).watch_naps().run();
        expect_end(&ran);
        ran.expect_first_only_waits();
    }
}

/// Stops the worker of the first task for a long time, and then that of the last for longer than a whole run
/// takes: an answer that sleeps instead of waiting does not sleep long enough.
fn slow() {
    let tasks = words("slow", 5);
    let usual = with(20, &tasks).run();
    let ran = with(20, &tasks).when(RUNNING, 1, LONG).run();
    expect_all(&ran, &tasks);
    ran.expect_no_sleep().expect_sleeps_in_waits();
    let program = with(20, &tasks).when(RUNNING, 5, usual.longer());
    let ran = program.run();
    expect_all(&ran, &tasks);
    expect_waits(&ran, &usual);
    // The first messages in the pool are the supervisor's reports that the workers have started. It is
    // stopped after the last of these reports, so for a while it does not report the end of the workers. The
    // tasks take longer here, because the stop may come late.
    let usual = with(150, &tasks).run();
    let program = with(150, &tasks).when_recorded(Kind::Send, WORKERS, usual.longer());
    let ran = program.run();
    expect_all(&ran, &tasks);
    expect_waits(&ran, &usual);
    // A body may sleep at first, in whichever call, and then wait.
    for millis in [50, 150] {
        let brief = Act::Stop(Duration::from_millis(millis));
        let ran = with(20, &tasks).when(RUNNING, 1, brief).run();
        expect_all(&ran, &tasks);
        ran.expect_sleeps_in_waits();
    }
}

/// Longer than a time limit that seems to be long enough for a few tasks of 20 ms.
const LONG: Act = Act::Stop(Duration::from_millis(2_500));

/// The end of the line that a worker prints when it begins a task.
const RUNNING: &str = " is Running...";

/// Checks that the first process only waited while a process was stopped.
fn expect_waits(ran: &Ran, usual: &Ran) {
    ran.expect_sleeping_since(usual)
        .expect_no_sleep()
        .expect_sleeps_in_waits();
}

const WORKERS: usize = 2;

/// Whether tasks overlap depends on the machine, too, so one run of several is enough: tasks that are done
/// one after another never overlap. The first run is on one core, where there are two workers, too.
fn together() {
    // The number of workers depends neither on that of the tasks nor on that of the processors.
    for count in [1, 4, 20] {
        expect_workers(&with(0, &words("together", count)).chaos(2).run());
    }
    let tasks = words("together", 4);
    for millis in [100, 200, 400, 1000] {
        let ran = with(millis, &tasks).run();
        expect_all(&ran, &tasks);
        expect_workers(&ran);
        expect_time(&ran, &tasks, millis);
        if ran.most_under_way() >= WORKERS {
            return;
        }
    }
    with(100, &tasks)
        .run()
        .fault("In none of four runs were two tasks under way at the same time.")
        .by_clock()
        .raise();
}

/// As many tasks as the program takes.
const MOST_TASKS: usize = 100;

/// Stops the worker of the first task. Whether the other one does the rest in this time depends on the
/// machine, too, so one run of several is enough: in batches, the later tasks always have to wait for it.
fn one_slow() {
    let tasks = words("one slow", MOST_TASKS);
    let usual = with(10, &tasks).run();
    let [two, five] = [2, 5].map(|seconds| Act::Stop(Duration::from_secs(seconds)));
    let mut last = None;
    for still in [usual.longer(), usual.longer(), two, five] {
        let program = with(10, &tasks).when(RUNNING, 1, still);
        let ran = program.run();
        expect_all(&ran, &tasks);
        expect_workers(&ran);
        if ran.longest_ends_last() {
            return;
        }
        last = Some(ran);
    }
    if let Some(ran) = last {
        ran.fault(
            "In each of four runs, the worker of the first task was stopped for a while, and the other one did \
             not do all other tasks meanwhile: submit all tasks, and then wait.",
        )
        .by_clock()
        .raise();
    }
}

fn expect_workers(ran: &Ran) {
    let is_worker = |lane: &&Lane| lane.parent.is_some() && lane.name.starts_with("worker ");
    let workers = ran.run.lanes.iter().filter(is_worker).count();
    ran.expect(workers == WORKERS, || {
        format!("There should be two workers, on every machine. In this run there were {workers}.")
    });
}

/// Checks that each task takes the time that the function got. A sleep never ends too early.
fn expect_time(ran: &Ran, tasks: &[String], millis: u32) {
    let time = |task: &str, end: &str| {
        let is_its = |event: &&Event| {
            let pid = ran.run.lanes[event.lane].pid;
            *event.say == format!("Task {task} (pid={pid}){end}")
        };
        ran.run.events.iter().find(is_its).map(|event| event.t)
    };
    for task in tasks {
        if let (Some(begun), Some(done)) = (time(task, RUNNING), time(task, DONE)) {
            let took = Duration::from_nanos(done.saturating_sub(begun)).as_millis();
            ran.expect(took >= millis.into(), || {
                format!("Each task should take the time `takes`, {millis} ms. Task {task} took {took} ms.")
            });
        }
    }
}

/// All other tasks are done, whether the error is one of the results or that of the whole call. With so few
/// tasks, `map` sends them one by one, too; otherwise a kill loses the rest of a packet.
fn worker_killed() {
    let tasks = words("worker killed", 6);
    for nth in [1, 4] {
        let program = with(40, &tasks).when(RUNNING, nth, Act::Kill);
        let ran = program.run();
        let done = tasks.iter().filter(|task| is_done(&ran, task)).count();
        ran.expect(done + 1 >= tasks.len(), || {
            let others = tasks.len() - 1;
            format!("A worker was killed. The other {others} tasks should be done, but {done} are.")
        });
        match ran.code {
            Some(0) => expect_one_lost(&ran, &tasks),
            _ => _ = ran.expect_error(),
        }
    }
}

fn chaos() {
    let tasks = words("chaos", 6);
    for seed in 1..=8 {
        expect_all(&with(0, &tasks).chaos(seed).run(), &tasks);
    }
}

fn bare() {
    let tasks = words("bare", 6);
    let ran = with(10, &tasks).bare().run();
    let lines = results_of(ran.expect_code(0));
    ran.expect(
        lines.len() == tasks.len() && lines.iter().all(|line| result_in(line).is_some()),
        || format!("Six results were expected:\n  {}", lines.join("\n  ")),
    );
}

fn expect_all(ran: &Ran, tasks: &[String]) {
    expect_done(ran.expect_code(0), tasks);
    expect_results(ran, tasks);
    expect_end(ran);
}

/// The end of the line that a worker prints when it has done a task.
const DONE: &str = " is done.";

/// The line that the process with this pid prints when it has done the task.
fn line_of(task: &str, pid: u32) -> String {
    format!("Task {task} (pid={pid}){DONE}")
}

/// Whether a process has printed the line of this task's end.
fn is_done(ran: &Ran, task: &str) -> bool {
    let start = format!("Task {task} (pid=");
    let mut lines = ran.out.lines();
    lines.any(|line| {
        let pid = line.strip_prefix(&start);
        let pid = pid.and_then(|rest| rest.strip_suffix(DONE)?.strip_suffix(')'));
        pid.is_some_and(|pid| pid.parse::<u32>().is_ok())
    })
}

/// Whether the pool itself has recorded the end of a task's work on this lane.
fn has_worked(ran: &Ran, lane: &Lane) -> bool {
    let mut its = lane.events.iter().map(|&event| &ran.run.events[event]);
    its.any(|event| event.kind == Kind::End && event.on.is_some())
}

/// Counts lines, because several tasks may be one piece of a worker's work, as in `map`.
fn expect_done(ran: &Ran, tasks: &[String]) {
    for task in tasks {
        let lanes = ran.run.events.iter().filter_map(|event| {
            let lane = &ran.run.lanes[event.lane];
            (*event.say == line_of(task, lane.pid)).then_some(lane)
        });
        let its: Vec<_> = lanes.collect();
        let is_workers = |lane: &&&Lane| lane.parent.is_some() && has_worked(ran, lane);
        let by_workers = its.iter().filter(is_workers).count();
        ran.expect(by_workers == 1 && its.len() == 1, || {
            format!(
                "Task {task} should be done once, by a worker of the pool. Workers did it {by_workers} \
                 times, other processes {} times.",
                its.len() - by_workers
            )
        });
    }
}

fn expect_end(ran: &Ran) {
    ran.expect(ran.killed().is_none() && ran.unwaited == 0, || {
        "The workers were killed: dropping a pool kills them, whatever task they have in hand. \
         Joining it lets them end by themselves."
            .to_owned()
    });
}
