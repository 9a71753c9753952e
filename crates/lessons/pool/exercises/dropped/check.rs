//! Two workers do all tasks, two at a time, and then end by themselves.

use std::process::ExitCode;
use std::time::Duration;

use check::{Act, Check, Program, Ran, main as judge, program, words};
use common::Kind;
use timeline::Lane;

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
    for count in [4, 9] {
        let tasks = words("results", count);
        expect_results(&with(20, &tasks).run(), &tasks);
    }
}

fn ends() {
    for count in [1, 4] {
        let tasks = words("ends", count);
        let ran = with(20, &tasks).watch_naps().run();
        expect_end(&ran);
        ran.expect_first_only_waits();
    }
}

/// Stops the worker of the first task, and then that of the last, for longer than a whole run takes: an
/// answer that sleeps instead of waiting does not sleep long enough.
fn slow() {
    let tasks = words("slow", 5);
    let usual = with(20, &tasks).run();
    for nth in [1, 5] {
        let program = with(20, &tasks).when(" is Running...", nth, usual.longer());
        let ran = program.run();
        expect_all(&ran, &tasks);
        expect_waits(&ran, &usual);
    }
    // The first messages in the pool are the supervisor's reports that the workers have started. It is
    // stopped after the last of these reports, so for a while it does not report the end of the workers.
    let program = with(20, &tasks).when_recorded(Kind::Send, WORKERS, usual.longer());
    let ran = program.run();
    expect_all(&ran, &tasks);
    expect_waits(&ran, &usual);
}

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
    let tasks = words("together", 4);
    expect_workers(&with(0, &tasks).chaos(2).run());
    for millis in [100, 200, 400, 1000] {
        let ran = with(millis, &tasks).run();
        expect_all(&ran, &tasks);
        expect_workers(&ran);
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
        let program = with(10, &tasks).when(" is Running...", 1, still);
        let ran = program.run();
        expect_all(&ran, &tasks);
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

/// All other tasks are done, whether the error is one of the results or that of the whole call. With so few
/// tasks, `map` sends them one by one, too; otherwise a kill loses the rest of a packet.
fn worker_killed() {
    let tasks = words("worker killed", 6);
    for nth in [1, 4] {
        let program = with(40, &tasks).when(" is Running...", nth, Act::Kill);
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

/// Each task that was done has its result, and the lost task has the error of its worker's death. The body
/// may print such an error itself, before the caller prints the results.
fn expect_one_lost(ran: &Ran, tasks: &[String]) {
    let all = results_of(ran);
    let lines = &all[all.len().saturating_sub(tasks.len())..];
    ran.expect(lines.len() == tasks.len(), || {
        format!(
            "A worker was killed. {} results were expected, one of them an error, or else an error of the \
             whole call. The caller has:\n  {}",
            tasks.len(),
            lines.join("\n  ")
        )
    });
    let lost = lines.iter().filter(|line| is_loss(line)).count();
    ran.expect(lost <= 1, || {
        format!("A worker was killed with one task in its hand, but {lost} tasks have an error.")
    });
    for (task, line) in tasks.iter().zip(lines) {
        // A worker that is killed after its last line has not reported the task.
        let is_right = is_its_result(ran, task, line) || is_loss(line);
        ran.expect(is_right, || {
            let which = if is_done(ran, task) {
                "was done"
            } else {
                "was lost with its worker"
            };
            format!("A worker was killed. Task {task} {which}, and its result is: {line}")
        });
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

/// The beginning of the line that the caller prints for a result.
const DONE: &str = "Done by process ";
/// The beginning and the end of the line that it prints for a task that was lost with its worker.
const LOST: [&str; 2] = ["the worker of task ", " died: killed by SIGKILL"];

/// The lines of the caller's forms, one for each result. (There may be others, such as those of the body.)
fn results_of(ran: &Ran) -> Vec<&str> {
    let lines = ran.out.lines();
    let is_result = |line: &&str| result_in(line).is_some() || is_loss(line);
    lines.filter(is_result).collect()
}

/// The process in the line of a result.
fn result_in(line: &str) -> Option<u32> {
    let pid = line.strip_prefix(DONE)?.strip_suffix('.')?;
    pid.parse().ok()
}

fn is_loss(line: &str) -> bool {
    line.starts_with(LOST[0]) && line.ends_with(LOST[1])
}

fn expect_all(ran: &Ran, tasks: &[String]) {
    expect_done(ran.expect_code(0), tasks);
    expect_results(ran, tasks);
    expect_end(ran);
}

/// The line that the process with this pid prints when it has done the task.
fn line_of(task: &str, pid: u32) -> String {
    format!("Task {task} (pid={pid}) is done.")
}

/// Whether a process has printed the line of this task's end.
fn is_done(ran: &Ran, task: &str) -> bool {
    let start = format!("Task {task} (pid=");
    let mut lines = ran.out.lines();
    lines.any(|line| {
        let pid = line.strip_prefix(&start);
        let pid = pid.and_then(|rest| rest.strip_suffix(") is done."));
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

fn expect_results(ran: &Ran, tasks: &[String]) {
    let lines = results_of(ran.expect_code(0));
    ran.expect(lines.len() == tasks.len(), || {
        format!(
            "{} results were expected. The caller has:\n  {}",
            tasks.len(),
            lines.join("\n  ")
        )
    });
    for (task, line) in tasks.iter().zip(lines) {
        ran.expect(is_its_result(ran, task, line), || {
            format!("The result of task {task} should name the process that did it. It is: {line}")
        });
    }
}

/// Whether this line names the process that did the task.
fn is_its_result(ran: &Ran, task: &str, line: &str) -> bool {
    result_in(line).is_some_and(|pid| ran.out.lines().any(|one| one == line_of(task, pid)))
}

fn expect_end(ran: &Ran) {
    ran.expect(ran.killed().is_none() && ran.unwaited == 0, || {
        "The workers were killed: dropping a pool kills them, whatever task they have in hand. \
         Joining it lets them end by themselves."
            .to_owned()
    });
}
