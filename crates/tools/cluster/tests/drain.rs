//! Ctrl-C, SIGTERM and SIGSTOP: running tasks end or are given back, and nothing is lost.

mod harness;

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use harness::{Cluster, Gated, Running, ends_well, program};
use lesson_test::{Folder, until};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use rusqlite::Connection;

/// Longer than a signal or a message takes.
const A_MOMENT: Duration = Duration::from_millis(300);

#[test]
fn a_second_signal_ends_a_worker_and_a_scheduler_at_once() {
    let mut cluster = Cluster::start_with(&["--grace", "1000"]);
    let mut worker = cluster.worker(&["--grace", "1000"]);
    let _gated = Gated::start(&cluster);
    let begun = Instant::now();
    worker.signal(Signal::SIGINT);
    worker.wait_for("ends with the tasks that it is at");
    worker.signal(Signal::SIGINT);
    worker.end();
    let _other = cluster.worker(&[]);
    cluster.scheduler.signal(Signal::SIGTERM);
    cluster.scheduler.wait_for("once more ends at once");
    cluster.scheduler.signal(Signal::SIGTERM);
    cluster.scheduler.end();
    assert!(begun.elapsed() < Duration::from_secs(30));
    cluster.start_again();
    until("it is lent again", || cluster.count("leased") == 1);
}

/// The scheduler waits for the lock on its database, for 8 s at most.
#[test]
fn a_second_signal_ends_a_scheduler_at_once_also_while_it_writes_or_reads() {
    let mut cluster = Cluster::start_with(&["--grace", "1000"]);
    let database = Connection::open(cluster.folder.path("cluster.db")).unwrap();
    database.execute_batch("BEGIN IMMEDIATE").unwrap();
    let submit = ["submit", "--give-up", "60", "square", "3"];
    let mut submitting = cluster.background(&submit);
    // Until the task is there.
    thread::sleep(A_MOMENT);
    cluster.scheduler.signal(Signal::SIGTERM);
    cluster.scheduler.wait_for("once more ends at once");
    let ends_at_once = |scheduler: &mut Running| {
        let begun = Instant::now();
        scheduler.signal(Signal::SIGTERM);
        scheduler.end();
        assert!(
            begun.elapsed() < Duration::from_secs(5),
            "{}",
            scheduler.log()
        );
    };
    ends_at_once(&mut cluster.scheduler);
    submitting.kill();
    let exclusive = "ROLLBACK; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE";
    database.execute_batch(exclusive).unwrap();
    let mut command = Command::new(program());
    let data = cluster.folder.text("cluster.db");
    command.args(["scheduler", "--at", "127.0.0.1:0", "--data", &data]);
    let mut scheduler = Running::start(&mut command, &cluster.folder.path("reads"));
    scheduler.wait_for("Reading");
    scheduler.signal(Signal::SIGTERM);
    // Two signals at the same time count as one.
    thread::sleep(A_MOMENT);
    ends_at_once(&mut scheduler);
}

/// A closed terminal sends SIGHUP, and then its shell does too.
#[test]
fn a_worker_whose_terminal_is_closed_ends_well_and_under_nohup_it_goes_on() {
    let cluster = Cluster::start();
    let start = |action: &str| {
        let words = cluster.command(&["worker", "--grace", "60"]);
        let mut command = Command::new("env");
        command.arg(format!("--{action}-signal=HUP"));
        command.arg(words.get_program()).args(words.get_args());
        let mut worker = Running::start(&mut command, &cluster.folder.path(action));
        worker.wait_for("is connected");
        worker
    };
    let mut worker = start("default");
    let gated = Gated::start(&cluster);
    worker.signal(Signal::SIGHUP);
    worker.wait_for("ends with the tasks that it is at");
    worker.signal(Signal::SIGHUP);
    thread::sleep(A_MOMENT);
    gated.open();
    ends_well(&mut worker);
    assert_eq!((cluster.count("ready"), cluster.count("ended")), (0, 1));
    let worker = start("ignore");
    worker.signal(Signal::SIGHUP);
    thread::sleep(A_MOMENT);
    assert_eq!(cluster.results(&cluster.submit(&["square", "3"])), ["9"]);
}

/// The program's standard output is a full pipe, so it blocks before it checks for signals.
#[test]
fn a_third_signal_ends_a_program_that_does_not_look_at_signals() {
    let (mut reading, writing) = std::io::pipe().unwrap();
    let filled = writing.try_clone().unwrap();
    let room = nix::fcntl::fcntl(&filled, nix::fcntl::FcntlArg::F_GETPIPE_SZ).unwrap();
    (&filled)
        .write_all(&vec![0; usize::try_from(room).unwrap()])
        .unwrap();
    drop(filled);
    let mut command = Command::new(program());
    command.args(["scheduler", "--at", "127.0.0.1:0", "--volatile"]);
    let mut scheduler = command.stdout(writing).spawn().unwrap();
    drop(command);
    let pid = scheduler.id();
    let counts = || {
        let threads = fs::read_dir(format!("/proc/{pid}/task"))
            .into_iter()
            .flatten();
        let names = threads
            .flatten()
            .map(|thread| fs::read_to_string(thread.path().join("comm")));
        names.flatten().any(|name| name.trim() == "signals")
    };
    until("it counts signals", counts);
    let pid = Pid::from_raw(pid.cast_signed());
    let mut ended = None;
    until("it ends", || {
        kill(pid, Signal::SIGTERM).unwrap();
        ended = scheduler.try_wait().unwrap();
        ended.is_some()
    });
    assert_eq!(ended.and_then(|ended| ended.code()), Some(1));
    let mut rest = Vec::new();
    reading.read_to_end(&mut rest).unwrap();
}

#[test]
fn a_scheduler_that_is_asked_to_end_waits_for_running_tasks_and_lends_no_more() {
    let mut cluster = Cluster::start_with(&["--grace", "30"]);
    let _worker = cluster.worker(&["--ahead", "0"]);
    let gated = Gated::start(&cluster);
    let next = cluster.submit(&["square", "3"]);
    cluster.scheduler.signal(Signal::SIGTERM);
    cluster.scheduler.wait_for("1 leased tasks have 30 s");
    gated.open();
    ends_well(&mut cluster.scheduler);
    let log = cluster.scheduler.log();
    assert!(
        log.contains("1 open, 0 dead and 1 ended tasks are kept"),
        "{log}"
    );
    // The worker waits for the next scheduler.
    cluster.start_again();
    assert_eq!(cluster.results(&gated.batch).len(), 1);
    assert_eq!(cluster.results(&next), ["9"]);
    gated.runs(1);
}

#[test]
fn a_scheduler_ends_after_its_grace_and_the_worker_reports_to_the_next_one() {
    let mut cluster = Cluster::start_with(&["--grace", "0.2"]);
    let _worker = cluster.worker(&[]);
    let gated = Gated::start(&cluster);
    cluster.scheduler.signal(Signal::SIGTERM);
    ends_well(&mut cluster.scheduler);
    let log = cluster.scheduler.log();
    assert!(log.contains("1 open, 0 dead and 0 ended"), "{log}");
    gated.open();
    cluster.start_again();
    assert_eq!(cluster.results(&gated.batch).len(), 1);
}

/// When its worker is asked to end, the task has ended or is about to: in both cases its result counts.
#[test]
fn a_worker_hands_its_result_over_also_if_it_is_asked_to_end_while_the_scheduler_is_away() {
    let mut cluster = Cluster::start();
    let mut worker = cluster.worker(&["--grace", "60"]);
    let gated = Gated::start(&cluster);
    cluster.scheduler.kill();
    worker.wait_for("has lost");
    gated.open();
    worker.signal(Signal::SIGTERM);
    worker.wait_for("ends with the tasks that it is at");
    cluster.start_again();
    ends_well(&mut worker);
    assert_eq!((cluster.count("ready"), cluster.count("ended")), (0, 1));
    gated.runs(1);
    // The worker has connected once more, only to hand its result over.
    let log = worker.log();
    assert_eq!(log.matches("is connected").count(), 2, "{log}");
}

#[test]
fn a_worker_reports_results_it_could_not_hand_over_and_one_without_any_ends_at_once() {
    let mut cluster = Cluster::start();
    let mut worker = cluster.worker(&["--grace", "0.2"]);
    let gated = Gated::start(&cluster);
    let mut idle = cluster.worker(&["--grace", "1000"]);
    cluster.scheduler.kill();
    gated.open();
    for process in [&mut idle, &mut worker] {
        process.wait_for("has lost");
        process.signal(Signal::SIGTERM);
    }
    ends_well(&mut idle);
    assert_eq!(worker.end().code(), Some(1));
    let log = worker.log();
    let last = log.lines().last().unwrap();
    assert!(last.contains("1 tasks was not handed over"), "{log}");
}

/// Row D12. It is about times: a lease is three seconds without a heartbeat.
#[test]
fn d12_a_result_that_comes_after_the_lease_is_counted_and_dropped() {
    let cluster = Cluster::start();
    let mut stopped = cluster.worker(&[]);
    let gated = Gated::start(&cluster);
    stopped.signal(Signal::SIGSTOP);
    let _other = cluster.worker(&[]);
    gated.runs(2);
    gated.open();
    assert_eq!(cluster.results(&gated.batch).len(), 1);
    stopped.signal(Signal::SIGCONT);
    until("it has told its result", || cluster.count("late") == 1);
    assert_eq!(cluster.count("ended"), 1);
    stopped.signal(Signal::SIGTERM);
    ends_well(&mut stopped);
}

/// An attempt to connect waits five seconds for an answer. A worker that is asked to end meanwhile ends
/// before that. Otherwise it would report the failed attempt in its log.
#[test]
fn a_worker_that_is_asked_to_end_waits_for_no_answer_that_does_not_come() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = silent.local_addr().unwrap().to_string();
    let folder = Folder::new();
    let mut command = Command::new(program());
    command.args(["worker", "--at", &address]);
    let mut worker = Running::start(&mut command, &folder.path("log"));
    let (_line, _) = silent.accept().unwrap();
    worker.signal(Signal::SIGTERM);
    ends_well(&mut worker);
    assert_eq!(worker.log().lines().count(), 1, "{}", worker.log());
}

#[test]
fn a_worker_waits_for_a_scheduler_and_gives_up_after_its_patience() {
    let mut cluster = Cluster::start();
    cluster.scheduler.kill();
    let begun = Instant::now();
    let ran = cluster
        .run(&["worker", "--give-up", "0.5"])
        .expect_complaint(1);
    assert!(ran.err.contains("gave up after 500ms"), "{ran:?}");
    assert_eq!(ran.out.matches("trying again").count(), 1, "{ran:?}");
    assert!(begun.elapsed() >= Duration::from_millis(500));
    let mut patient = cluster.background(&["worker"]);
    patient.wait_for("trying again");
    cluster.start_again();
    patient.wait_for("is connected");
}
