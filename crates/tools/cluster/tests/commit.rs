//! SIGKILL of the scheduler at each write and each sync of its commits, one after the other. Then each
//! accepted task has exactly one result all the same.

mod harness;

use std::process::Command;

use harness::{Cluster, Running, assert_each_is_recorded_once, ends_well};
use lesson_test::{rounds, until};
use nix::sys::signal::Signal;

/// The steps at which it is killed, counted from the start of the scheduler on: twice as many writes as
/// syncs. The last ones come only if the results of a batch arrive in several commits.
const STEPS: usize = 30;

/// The call and the number of a step. strace counts each call apart, and SQLite may be built to use either
/// of the two syncs.
fn step(index: usize) -> (&'static str, usize) {
    let (triple, which) = (index / 3, index % 3);
    match which {
        0 => ("pwrite64", 2 * triple + 1),
        1 => ("fsync,fdatasync", triple + 1),
        _ => ("pwrite64", 2 * triple + 2),
    }
}

/// The tasks of a batch.
const TASKS: u64 = 60;

/// strace with its options: kills the program that follows when one of its threads is about to make this
/// call for the `step`th time. `-D`: it is a child of the program, which keeps its process id.
fn killed_at((call, step): (&str, usize)) -> [String; 10] {
    let inject = format!("inject={call}:signal=KILL:when={step}");
    let trace = format!("trace={call}");
    let words = ["strace", "-D", "-f", "-qq", "-e", &trace, "-e", &inject];
    let [a, b, c, d, e, f, g, h] = words.map(str::to_owned);
    [
        a,
        b,
        c,
        d,
        e,
        f,
        g,
        h,
        "-o".to_owned(),
        "/dev/null".to_owned(),
    ]
}

/// Hands in a batch while the scheduler is to be killed at this step, and starts the scheduler again;
/// returns whether it was killed there.
fn round(cluster: &mut Cluster, batch: u64, step: (&str, usize)) -> bool {
    cluster.scheduler.kill();
    cluster.start_again_through(&killed_at(step));
    let numbers: Vec<u64> = (0..TASKS).map(|it| batch * TASKS + it).collect();
    let texts: Vec<String> = numbers.iter().map(u64::to_string).collect();
    let name = batch.to_string();
    let mut words = vec!["submit", "--give-up", "30", "--batch", &name, "square"];
    words.extend(texts.iter().map(String::as_str));
    let mut client = cluster.background(&words);
    let mut is_killed = false;
    until("the scheduler is killed, or the batch is done", || {
        is_killed = !cluster.scheduler.is_running();
        is_killed || !client.is_running()
    });
    cluster.restart();
    assert_all_squares(&mut client, &numbers);
    is_killed
}

fn assert_all_squares(client: &mut Running, numbers: &[u64]) {
    ends_well(client);
    let squares: Vec<String> = numbers.iter().map(|it| (it * it).to_string()).collect();
    assert_eq!(client.log().lines().skip(1).collect::<Vec<_>>(), squares);
}

/// Row D12.
#[test]
fn d12_killed_at_each_step_of_a_commit_no_task_is_lost_or_recorded_twice() {
    let [strace, options @ ..] = killed_at(("pwrite64", 1000));
    let can_trace = Command::new(strace).args(options).arg("true").status();
    if !can_trace.is_ok_and(|status| status.success()) {
        return common::complain("NOT RUN: there is no strace here, to kill inside a commit");
    }
    let mut cluster = Cluster::start();
    let mut worker = cluster.worker(&[]);
    let all = rounds(STEPS);
    let mut killed = [0, 0];
    for batch in 0..all {
        // In a plain `cargo test` some steps are left out.
        let step = step(batch * STEPS / all + (batch + 1) % 3 * usize::from(all < STEPS));
        let is_sync = usize::from(step.0 != "pwrite64");
        killed[is_sync] += u64::from(round(&mut cluster, batch as u64, step));
    }
    assert!(
        killed.iter().all(|&it| it > 0),
        "killed {killed:?} times in {all} rounds, at writes and at syncs"
    );
    for process in [&mut worker, &mut cluster.scheduler] {
        process.signal(Signal::SIGTERM);
        ends_well(process);
    }
    let all = TASKS * all as u64;
    assert_each_is_recorded_once(&cluster.folder.path("cluster.db"), all);
}
