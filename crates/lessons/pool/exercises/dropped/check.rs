//! All tasks are done, by two workers at once, which then end by themselves.

use std::process::ExitCode;

use check::{Act, Check, Program, Ran, main as judge, program, words};
use common::Kind;
use timeline::Lane;

fn main() -> ExitCode {
    judge(
        "pool/dropped",
        &[
            Check::new("done", "every task is done, once, by a worker", done),
            Check::new(
                "results",
                "the result of each task comes back, in order",
                results,
            ),
            Check::new(
                "ends",
                "the workers end by themselves: none is killed",
                ends,
            ),
            Check::new(
                "slow",
                "it waits for a worker that is slow, and for the end of the pool",
                slow,
            ),
            Check::new("together", "two tasks are done at the same time", together),
            Check::new(
                "worker-killed",
                "a worker that is killed costs its own task, and no other",
                worker_killed,
            ),
            Check::new("chaos", "it holds in whatever order the workers run", chaos),
            Check::new("bare", "it holds when nothing is recorded", bare),
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

/// Stops the worker of the first task, and of the last, for longer than a whole run takes: what sleeps
/// instead of waiting sleeps too short.
fn slow() {
    let tasks = words("slow", 5);
    let usual = with(20, &tasks).run();
    for nth in [1, 5] {
        let program = with(20, &tasks).when(" is Running...", nth, usual.longer());
        let ran = program.run();
        expect_all(&ran, &tasks);
        ran.expect_sleeping_since(&usual).expect_no_sleep();
    }
    // The first that the pool's processes send are the reports of its supervisor that the workers are there. It
    // stands still when it has sent the last one of them, so the end of the workers is not told for a while.
    let program = with(20, &tasks).when_recorded(Kind::Send, WORKERS, usual.longer());
    let ran = program.run();
    expect_all(&ran, &tasks);
    ran.expect_sleeping_since(&usual).expect_no_sleep();
}

const WORKERS: usize = 2;

/// Whether they overlap depends on the machine, too: once, of several runs, is enough. Tasks that are
/// done one after the other never do. On one core there are two workers, too.
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
        .fault("No two tasks were under way at the same time, in any of four runs.")
        .raise();
}

fn expect_workers(ran: &Ran) {
    let is_worker = |lane: &&Lane| lane.parent.is_some() && lane.name.starts_with("worker ");
    let workers = ran.run.lanes.iter().filter(is_worker).count();
    ran.expect(workers == WORKERS, || {
        format!(
            "There should be two workers, on whatever machine. In this run there were {workers}."
        )
    });
}

/// Whether its error is a result, or that of the whole: all others are done. So few tasks go out one by one
/// in `map`, too, where a kill costs the rest of a packet.
fn worker_killed() {
    let tasks = words("worker killed", 6);
    for nth in [1, 4] {
        let program = with(40, &tasks).when(" is Running...", nth, Act::Kill);
        let ran = program.run();
        let done = ran.out.lines().filter(|line| line.ends_with(" is done."));
        let done = done.count();
        ran.expect(done + 1 >= tasks.len(), || {
            let others = tasks.len() - 1;
            format!("A worker was killed. The other {others} tasks should be done, and {done} are.")
        });
        let is_told = ran.code == Some(1) && ran.err.contains(LOST);
        match is_told {
            true => _ = ran.expect_error(),
            false => expect_one_lost(&ran, &tasks),
        }
    }
}

/// Each task that was done has its result, and the other one the error of its worker's death.
fn expect_one_lost(ran: &Ran, tasks: &[String]) {
    let lines = results_of(ran.expect_code(0));
    ran.expect(lines.len() == tasks.len(), || {
        format!(
            "A worker was killed. {} results were expected, one of them an error, or an error of the whole \
             that tells of it. The caller has:\n  {}",
            tasks.len(),
            lines.join("\n  ")
        )
    });
    let lost = lines.iter().filter(|line| line.contains(LOST)).count();
    ran.expect(lost <= 1, || {
        format!("A worker was killed, and one task was in its hand. {lost} have an error.")
    });
    for (task, line) in tasks.iter().zip(lines) {
        let end = format!("Task {task} (pid=");
        let is_done = ran
            .out
            .lines()
            .any(|line| line.starts_with(&end) && line.ends_with(" is done."));
        // Killed after its last line, it has not reported the task.
        let is_right = is_its_result(ran, task, line) || line.contains(LOST);
        ran.expect(is_right, || {
            let which = if is_done {
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
        lines.len() == tasks.len() && lines.iter().all(|line| line.starts_with(DONE)),
        || format!("The results are:\n  {}", lines.join("\n  ")),
    );
}

/// What the caller prints of a result.
const DONE: &str = "Done by process ";
/// In what it prints of a task that was lost with its worker.
const LOST: &str = " died: killed by SIGKILL";

/// The lines that the caller prints, one for each result. (There may be others.)
fn results_of(ran: &Ran) -> Vec<&str> {
    let lines = ran.out.lines();
    let is_result = |line: &&str| line.starts_with(DONE) || line.contains(LOST);
    lines.filter(is_result).collect()
}

fn expect_all(ran: &Ran, tasks: &[String]) {
    expect_done(ran.expect_code(0), tasks);
    expect_results(ran, tasks);
    expect_end(ran);
}

/// The line of a task, by the process that the caller hears of.
fn line_of(task: &str, pid: u32) -> String {
    format!("Task {task} (pid={pid}) is done.")
}

/// The pool's own record: it says on which lane the work of tasks begins and ends.
fn has_worked(ran: &Ran, lane: &Lane) -> bool {
    let mut its = lane.events.iter().map(|&event| &ran.run.events[event]);
    its.any(|event| event.kind == Kind::End && event.on.is_some())
}

/// Several tasks may be one piece of work of a worker, as in `map`: so their lines are counted.
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
                "Task {task} should be done once, by a worker of the pool. Workers have done it {by_workers} \
                 times, others {} times.",
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
            format!(
                "The result of task {task} should be the process that has done it, and is: {line}"
            )
        });
    }
}

/// Whether this line tells which process has done the task.
fn is_its_result(ran: &Ran, task: &str, line: &str) -> bool {
    let pid = line
        .strip_prefix(DONE)
        .and_then(|rest| rest.strip_suffix('.'));
    let pid = pid.and_then(|pid| pid.parse().ok());
    pid.is_some_and(|pid| ran.out.lines().any(|one| one == line_of(task, pid)))
}

fn expect_end(ran: &Ran) {
    ran.expect(ran.killed().is_none() && ran.unwaited == 0, || {
        "The workers were killed: a pool that is dropped kills them, whatever they have in hand. \
         One that is joined lets them end."
            .to_owned()
    });
}
