//! Tests that a run of several processes has one timeline: leases, starts, results, deaths and retries.
#![allow(clippy::unwrap_used, reason = "a test may")]

mod harness;

use std::fs::{self, File};
use std::io::BufReader;
use std::os::unix::fs::PermissionsExt;

use common::Kind;
use harness::Cluster;
use lesson_test::{Folder, until};
use nix::sys::signal::Signal;
use timeline::{Detail, Finding, Format, Run, Screen, Verdict};

/// The lane and the text of each event of this kind that contains `text`.
fn events<'a>(run: &'a Run, kind: Kind, text: &str) -> Vec<(&'a str, &'a str)> {
    let all = run.events.iter().filter(|event| event.kind == kind);
    let found = all.filter(|event| event.what.contains(text) || event.say.contains(text));
    let shown = found.map(|event| (&*run.lanes[event.lane].name, &*event.what));
    shown.collect()
}

/// The worker of a task is killed, and another one does it; another task fails until it is dead.
fn recorded() -> Run {
    let folder = Folder::new();
    let log = folder.text("run.jsonl");
    let mut cluster = Cluster::start_in(folder, &["--record", &log], &[]);
    let gate = cluster.folder.path("gate");
    let path = gate.display().to_string();
    let mut victim = cluster.worker(&[]);
    let batch = cluster.submit(&["gate", &path]);
    let begun = cluster.folder.path("gate.begun");
    until("the task has begun", || begun.exists());
    victim.kill();
    fs::write(gate, "").unwrap();
    let mut worker = cluster.worker(&[]);
    assert_eq!(cluster.results(&batch), [path]);
    let _failed = cluster.run(&["submit", "fail", "not today"]).expect_code(1);
    let _again = cluster.run(&["retry", "--all"]).expect_success();
    worker.signal(Signal::SIGTERM);
    worker.end();
    cluster.scheduler.signal(Signal::SIGTERM);
    cluster.scheduler.end();
    // It has the arguments of tasks, which only those with the key may see.
    let mode = fs::metadata(&log).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    Run::read(BufReader::new(File::open(&log).unwrap())).unwrap()
}

#[test]
fn every_lease_start_result_death_and_retry_is_in_the_log_of_all_processes() {
    let run = recorded();
    assert_eq!(run.damage, timeline::Damage::default());
    let is_scheduler = |(lane, _): &(&str, &str)| lane.starts_with("scheduler");
    let first = "Lease { id: TaskId(0), attempt: 1";
    for (kind, text) in [
        (Kind::Send, first),
        (Kind::Send, "Lease { id: TaskId(0), attempt: 2"),
        (Kind::Recv, "Started { id: TaskId(0), attempt: 2"),
        (Kind::Recv, "Done { id: TaskId(0), attempt: 2"),
        (Kind::Send, "Lease { id: TaskId(1), attempt: 3"),
        (Kind::Recv, "Failed { id: TaskId(1), attempt: 3"),
        (Kind::Recv, "Retry { id: TaskId(1) }"),
        (Kind::Say, "has gone, with 1 tasks"),
        (Kind::Say, "Task 1 is dead: not today"),
    ] {
        let found = events(&run, kind, text);
        assert!(found.iter().any(is_scheduler), "{kind:?} {text}: {found:?}");
    }
    let begins = events(&run, Kind::Begin, "task 0");
    assert_eq!(begins.len(), 2, "{begins:?}");
    // What one process sends, another one receives.
    let mut leases = run.events.iter();
    let received = leases.find(|event| event.kind == Kind::Recv && event.what.contains(first));
    let received = received.unwrap();
    let sent = &run.events[received.cause.unwrap()];
    assert!(
        sent.kind == Kind::Send && sent.what == received.what,
        "{sent:?}"
    );
    assert_ne!(run.lanes[sent.lane].pid, run.lanes[received.lane].pid);
    // A worker was killed, and the run is still correct.
    let broken = |finding: &Finding| finding.verdict == Verdict::Broken;
    let findings: Vec<_> = run.check().into_iter().filter(broken).collect();
    assert!(findings.is_empty(), "{findings:?}");
    let picture = Format::Lanes.show(&run, Screen::PLAIN, Detail::Folded);
    assert!(
        picture.contains("scheduler") && picture.contains("worker"),
        "{picture}"
    );
}

#[test]
fn a_file_that_is_no_log_is_left_alone() {
    let folder = Folder::new();
    let log = folder.text("letter");
    fs::write(&log, "a letter to a friend\n").unwrap();
    let mut command = std::process::Command::new(harness::program());
    command.args(["status", "--give-up", "0", "--record", &log]);
    let ran = lesson_test::run_within(harness::LIMIT, &mut command).expect_complaint(1);
    assert!(ran.err.contains("is no log"), "{ran:?}");
    assert_eq!(fs::read_to_string(&log).unwrap(), "a letter to a friend\n");
}
