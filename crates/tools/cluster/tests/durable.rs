//! Tests that accepted tasks and recorded results survive the scheduler's death, and that a disk that
//! cannot store them is reported.
#![expect(clippy::unwrap_used, reason = "a test may")]

mod harness;

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::Command;

use harness::{Cluster, Running, program};
use lesson_test::{Folder, until};
use nix::sys::signal::Signal;
use rusqlite::Connection;

#[test]
fn a_killed_scheduler_comes_back_with_everything() {
    let mut cluster = Cluster::start();
    let worker = cluster.worker(&[]);
    let done = cluster.submit(&["square", "3", "4"]);
    let dead = cluster.submit(&["fail", "not today"]);
    assert_eq!(cluster.results(&done), ["9", "16"]);
    cluster
        .run(&["results", &dead])
        .expect_code(1)
        .out
        .contains("not today");
    drop(worker);
    let open = cluster.submit(&["square", "5"]);
    let cancelled = cluster.submit(&["square", "6"]);
    let _cancelled = cluster.run(&["cancel", &cancelled]).expect_success();
    for _ in 0..2 {
        cluster.restart();
        for (name, count) in [("ready", 1), ("dead", 1), ("ended", 3), ("leased", 0)] {
            assert_eq!(cluster.count(name), count, "{name}");
        }
        assert_eq!(cluster.results(&done), ["9", "16"]);
        let ran = cluster.run(&["results", &dead]).expect_code(1);
        assert!(ran.out.contains("not today"), "{ran:?}");
        let ran = cluster.run(&["results", &cancelled]).expect_code(1);
        assert!(ran.out.contains("it was cancelled"), "{ran:?}");
    }
    let _worker = cluster.worker(&[]);
    assert_eq!(cluster.results(&open), ["25"]);
}

#[test]
fn a_result_that_was_not_recorded_is_sent_again_to_the_next_scheduler() {
    let mut cluster = Cluster::start();
    let _worker = cluster.worker(&[]);
    let gate = cluster.folder.path("gate");
    let path = gate.display().to_string();
    let batch = cluster.submit(&["gate", &path]);
    let begun = cluster.folder.path("gate.begun");
    until("the task has begun", || begun.exists());
    cluster.scheduler.kill();
    fs::write(gate, "").unwrap();
    cluster.start_again();
    assert_eq!(cluster.results(&batch), [path]);
    assert_eq!(fs::read_to_string(begun).unwrap(), "once\n");
}

#[test]
fn the_same_batch_again_adds_nothing_also_after_a_restart() {
    let mut cluster = Cluster::start();
    for _ in 0..3 {
        let ran = cluster.run(&[
            "submit", "--detach", "--batch", "7", "square", "1", "2", "3",
        ]);
        assert!(
            ran.expect_success()
                .out
                .contains("Batch 7: 3 tasks accepted")
        );
        assert_eq!(cluster.count("ready"), 3);
        cluster.restart();
    }
}

/// Otherwise the client would get the results of tasks that it has not handed in.
#[test]
fn the_same_batch_with_other_tasks_is_refused_also_after_a_restart() {
    let mut cluster = Cluster::start();
    let worker = cluster.worker(&[]);
    let submit = |cluster: &Cluster, words: &[&str]| {
        cluster.run(&[&["submit", "--batch", "7"], words].concat())
    };
    let ran = submit(&cluster, &["square", "3", "4"]).expect_success();
    assert_eq!(ran.lines()[1..], ["9", "16"]);
    drop(worker);
    let detached = ["--detach", "square", "1", "2"];
    for _ in 0..2 {
        let ran = submit(&cluster, &["square", "3", "4"]).expect_success();
        assert_eq!(ran.lines()[1..], ["9", "16"]);
        for (words, text) in [
            (
                &["square", "3", "5", "6"][..],
                "has another task with number 1",
            ),
            (&detached, "has another task with number 0"),
            (&["text", "3", "4"], "has another task with number 0"),
            (&["square", "3"], "batch 7 has 2 tasks"),
        ] {
            let ran = submit(&cluster, words).expect_complaint(1);
            assert!(ran.err.contains(text), "{words:?}: {ran:?}");
        }
        assert_eq!((cluster.count("ready"), cluster.count("ended")), (0, 2));
        cluster.restart();
    }
}

/// A short task finds room where the long one before it found none.
#[test]
fn a_batch_in_which_a_task_is_missing_takes_that_one_and_no_other() {
    let cluster = Cluster::start_with(&["--memory", "1"]);
    let file = |name: &str, bytes| {
        let path = cluster.folder.text(name);
        fs::write(&path, vec![0; bytes]).unwrap();
        path
    };
    let (first, long, short) = (file("a", 1), file("b", 600_000), file("c", 2));
    let others = cluster.submit(&["file", &long]);
    let submit_within = |give_up, words: [&str; 3]| {
        let submit = ["submit", "--give-up", give_up, "--batch", "7", "file"];
        cluster.run(&[&submit[..], &words].concat())
    };
    // The limit is long, so that a slow disk is not mistaken for a full queue.
    let submit = |words| submit_within("5", words);
    let ran = submit([&first, &long, &short]).expect_complaint(1);
    assert!(ran.err.contains("2 of 3 tasks are accepted"), "{ran:?}");
    let ran = submit([&first, &short, &first]).expect_complaint(1);
    let why = "has another task with number 2";
    assert!(ran.err.contains(why), "{ran:?}");
    // The batch has two tasks, and only one of them is among these.
    let submit_two = ["submit", "--batch", "7", "file", &first, &short];
    let ran = cluster.run(&submit_two).expect_complaint(1);
    assert!(ran.err.contains("1 of them are among these"), "{ran:?}");
    assert_eq!(cluster.count("ready"), 3, "nothing was added");
    let _room = cluster.run(&["cancel", &others]).expect_success();
    let _worker = cluster.worker(&[]);
    // The batch has two tasks, with the numbers 0 and 2.
    let ran = cluster.run(&["results", "7", "--limit", "50"]);
    let ran = ran.expect_code(1);
    assert_eq!(ran.lines().len(), 2);
    let why = "2 of the 3 tasks of batch 7 were handed in";
    assert!(ran.err.contains(why), "{ran:?}");
    let ran = submit_within("60", [&first, &long, &short]).expect_success();
    assert_eq!(ran.lines().len(), 1 + 3, "{ran:?}");
}

#[test]
fn a_batch_is_forgotten_on_disk_and_no_number_comes_again() {
    let mut cluster = Cluster::start();
    let _worker = cluster.worker(&[]);
    let batch = cluster.submit(&["square", "3", "4"]);
    let open = cluster.submit(&["sleep", "20000"]);
    let ran = cluster.run(&["forget", &open]).expect_complaint(1);
    assert!(ran.err.contains("1 open tasks"), "{ran:?}");
    assert_eq!(cluster.results(&batch), ["9", "16"]);
    let _cancelled = cluster.run(&["cancel", &open]).expect_success();
    for batch in [&batch, &open] {
        let _forgotten = cluster.run(&["forget", batch]).expect_success();
    }
    cluster.restart();
    assert_eq!(cluster.count("ended"), 0);
    let ran = cluster.run(&["results", &batch]).expect_complaint(1);
    assert!(ran.err.contains("is forgotten"), "{ran:?}");
    let next = cluster.submit(&["square", "5"]);
    let database = Connection::open(cluster.folder.path("cluster.db")).unwrap();
    let query = "SELECT id FROM queue WHERE batch = ?";
    let id: i64 = database
        .query_row(query, [next.parse::<i64>().unwrap()], |row| row.get(0))
        .unwrap();
    assert_eq!(id, 3);
}

#[test]
fn people_can_look_into_the_queue_while_the_scheduler_runs() {
    let cluster = Cluster::start();
    cluster.submit(&["square", "3", "4"]);
    let database = Connection::open(cluster.folder.path("cluster.db")).unwrap();
    let query = "SELECT count(*) FROM queue WHERE state = 'open' AND kind = 'square'";
    let open: i64 = database.query_row(query, [], |row| row.get(0)).unwrap();
    assert_eq!(open, 2);
    let _worker = cluster.worker(&[]);
    until("both are done", || cluster.count("ended") == 2);
}

#[test]
fn tasks_in_memory_alone_are_gone_and_the_scheduler_has_warned() {
    let mut cluster = Cluster::start_with(&["--volatile"]);
    cluster.submit(&["square", "3"]);
    assert!(
        cluster
            .scheduler
            .log()
            .contains("Tasks are kept in memory alone")
    );
    cluster.scheduler.signal(Signal::SIGTERM);
    assert!(cluster.scheduler.end().success());
    let log = cluster.scheduler.log();
    assert!(
        log.contains("1 open, 0 dead and 0 ended tasks are gone"),
        "{log}"
    );
    assert!(!cluster.folder.path("cluster.db").exists());
}

/// Hands in tasks until the scheduler reports that it cannot keep them. Returns how many it has
/// accepted for sure, according to its messages.
fn fill(cluster: &Cluster, count: usize) -> u64 {
    let words = vec!["7"; count];
    for batch in 0..1000 {
        let name = batch.to_string();
        let first = [
            "submit",
            "--detach",
            "--give-up",
            "0",
            "--batch",
            &name,
            "square",
        ];
        let ran = cluster.run(&[&first[..], &words].concat());
        if ran.code != Some(0) {
            assert_eq!(ran.err.lines().count(), 1, "{ran:?}");
            return batch * count as u64;
        }
    }
    panic!("the disk was never full");
}

fn assert_kept(cluster: &mut Cluster, accepted: u64) {
    assert_eq!(cluster.scheduler.end().code(), Some(1));
    let log = cluster.scheduler.log();
    let complaint = log.lines().last().unwrap();
    assert!(complaint.contains("cannot write"), "{log}");
    assert!(complaint.contains("start the scheduler again"), "{log}");
    cluster.start_again();
    let ready = cluster.count("ready");
    assert!(ready >= accepted, "{ready} of {accepted}");
}

#[test]
fn a_full_disk_ends_the_scheduler_and_its_accepted_tasks_are_kept() {
    let folder = Folder::new();
    // No file may be longer than this many kilobytes.
    let script = "ulimit -f 300; exec \"$0\" \"$@\"";
    let mut shell = Command::new("sh");
    shell.args(["-c", script]).arg(program());
    let mut cluster = Cluster::start_by(shell, folder);
    let accepted = fill(&cluster, 200);
    assert!(accepted > 0);
    assert_kept(&mut cluster, accepted);
}

#[test]
fn after_a_sync_that_failed_nothing_more_is_accepted() {
    let inject = "inject=fsync,fdatasync:error=EIO:when=12+";
    let words = [
        "-f",
        "-qq",
        "-e",
        "trace=fsync,fdatasync",
        "-e",
        inject,
        "-o",
        "/dev/null",
    ];
    let can_trace = Command::new("strace").args(words).arg("true").status();
    if !can_trace.is_ok_and(|status| status.success()) {
        return common::complain("NOT RUN: there is no strace here, to let a sync fail");
    }
    let mut strace = Command::new("strace");
    strace.args(words).arg(program());
    let mut cluster = Cluster::start_by(strace, Folder::new());
    let accepted = fill(&cluster, 1);
    assert!((1..12).contains(&accepted), "{accepted}");
    assert_kept(&mut cluster, accepted);
}

#[test]
fn the_log_of_a_scheduler_that_was_killed_is_taken_in() {
    let mut cluster = Cluster::start();
    cluster.submit(&["square", "3"]);
    cluster.scheduler.kill();
    // Everything is still in the log beside the database, not in the database itself.
    assert!(
        Path::new(&cluster.folder.text("cluster.db-wal"))
            .metadata()
            .unwrap()
            .len()
            > 0
    );
    cluster.start_again();
    assert_eq!(cluster.count("ready"), 1);
}

impl Cluster {
    /// Starts a cluster whose scheduler is started by this command.
    fn start_by(mut command: Command, folder: Folder) -> Self {
        let data = folder.text("cluster.db");
        command.args(["scheduler", "--at", "127.0.0.1:0", "--data", &data]);
        let scheduler = Running::start(&mut command, &folder.path("scheduler.log"));
        Self::of(scheduler, folder, &[])
    }
}

/// Other users must not be able to read the tasks or their results.
#[test]
fn a_database_and_its_log_are_for_their_owner_alone() {
    let cluster = Cluster::start();
    cluster.submit(&["text", "a secret"]);
    for name in ["cluster.db", "cluster.db-wal", "cluster.db-shm"] {
        let mode = fs::metadata(cluster.folder.path(name)).unwrap().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}
