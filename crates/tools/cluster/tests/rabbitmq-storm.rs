//! Tests that need brokers of their own: what a client reports when the broker ends, and what peers
//! leave there; and SIGKILL of brokers at random moments while tasks are handed in and done: of the
//! only one, and of the one of three that leads the queue. Afterwards each accepted task has one
//! result, the right one. `scripts/rabbitmq-test` starts the brokers, and runs this.
#![expect(clippy::unwrap_used, reason = "a test may")]

mod harness;
mod squares;

use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use harness::{Cluster, LIMIT, Running};
use lesson_test::{Seeded, until};
use nix::sys::signal::Signal;
use squares::{Squares, kills};

/// How long a broker may take to start again on a busy machine.
const START_LIMIT: Duration = Duration::from_secs(150);

/// The brokers that `scripts/rabbitmq` has started at a port. With three of them, TLS is used.
struct Brokers {
    port: String,
    nodes: u16,
}

impl Brokers {
    fn at(variable: &str, nodes: u16) -> Self {
        let port = env::var(variable).expect("scripts/rabbitmq-test runs this");
        Self { port, nodes }
    }

    fn url(&self) -> String {
        let port: u16 = self.port.parse().unwrap();
        let (scheme, first) = match self.nodes {
            1 => ("amqp", port),
            _ => ("amqps", port + 1000),
        };
        let hosts = (0..self.nodes).map(|node| format!("127.0.0.1:{}", first + node));
        let hosts = hosts.collect::<Vec<_>>().join(",");
        format!("{scheme}://guest:guest@{hosts}")
    }

    /// Runs the script, and returns what it prints. The brokers that it starts outlive it.
    fn script(&self, words: &[&str]) -> String {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../scripts/rabbitmq");
        let mut command = Command::new("timeout");
        let limit = START_LIMIT.as_secs().to_string();
        command.arg(limit).arg(script).args(["--port", &self.port]);
        let ran = command.args(words).output().unwrap();
        assert!(ran.status.success(), "{words:?}: {ran:?}");
        String::from_utf8(ran.stdout).unwrap()
    }
}

fn storm(brokers: &Brokers, seed: u64, name: &'static str, victim: impl Fn(&str) -> String) {
    let cluster = Cluster::on(&brokers.url(), &[]);
    let patient = ["--jobs", "2"];
    let mut workers: Vec<Running> = (0..2).map(|_| cluster.worker(&patient)).collect();
    let mut seeded = Seeded::new(seed);
    let mut squares = Squares::of(&cluster, name);
    for round in 0..kills() {
        // No task is under way in more than two rounds: it would be blamed for a third kill.
        if let Some(before) = round.checked_sub(2) {
            squares.judge(before);
        }
        let victim = victim(&cluster.address);
        squares.hand_in(round);
        thread::sleep(Duration::from_micros(seeded.below(400_000)));
        brokers.script(&["kill", &victim]);
        brokers.script(&["start"]);
        squares.count_kill();
    }
    squares.judge_all();
    for worker in &mut workers {
        worker.signal(Signal::SIGTERM);
        assert!(worker.end().success(), "{}", worker.log());
    }
}

/// Held by the test that uses the only broker, so that such tests run one after another.
static ONE: Mutex<()> = Mutex::new(());

fn the_only_broker() -> (Brokers, MutexGuard<'static, ()>) {
    let alone = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    (Brokers::at("CLUSTER_ONE", 1), alone)
}

/// Row D10.
#[test]
fn d10_a_waiting_client_gets_an_error_when_the_broker_ends() {
    let (broker, _alone) = the_only_broker();
    let cluster = Cluster::on(&broker.url(), &[]);
    let batch = cluster.submit(&["square", "3"]);
    let mut waiting = cluster.background(&["results", &batch, "--give-up", "0"]);
    until("it waits", || cluster.count("clients") == 2);
    let begun = Instant::now();
    broker.script(&["kill", "1"]);
    assert_eq!(waiting.end().code(), Some(1));
    assert!(begun.elapsed() < Duration::from_secs(2) + LIMIT / 10);
    let log = waiting.log();
    assert!(log.contains("gave up after 0ns"), "{log}");
    let ran = cluster
        .run(&["status", "--give-up", "0"])
        .expect_complaint(1);
    assert!(ran.err.contains("Connection refused"), "{ran:?}");
    broker.script(&["start"]);
    let _worker = cluster.worker(&[]);
    assert_eq!(cluster.results(&batch), ["9"]);
}

/// Row D17. The queues of the tasks stay, as they are the broker's.
#[test]
fn d17_peers_that_end_leave_no_connection_and_no_queue_of_their_own() {
    let (broker, _alone) = the_only_broker();
    let cluster = Cluster::on(&broker.url(), &[]);
    let mut worker = cluster.worker(&[]);
    assert_eq!(cluster.results(&cluster.submit(&["square", "3"])), ["9"]);
    assert_ne!(broker.script(&["peers"]), "", "a worker is there");
    worker.signal(Signal::SIGTERM);
    assert!(worker.end().success(), "{}", worker.log());
    until("all of it is gone", || broker.script(&["peers"]).is_empty());
}

/// A broker cuts a consumer that acknowledges nothing for its `consumer_timeout`.
#[test]
fn a_client_that_waits_for_long_keeps_its_line() {
    let (broker, _alone) = the_only_broker();
    let cluster = Cluster::on(&broker.url(), &[]);
    let batch = cluster.submit(&["square", "3"]);
    until("the peers are gone", || {
        broker.script(&["peers"]).is_empty()
    });
    broker.script(&["hurry", "20"]);
    let mut waiting = cluster.background(&["results", &batch]);
    // The second line is the queue on which the client is asked whether it is there.
    let lines = || broker.script(&["peers"]).lines().count();
    until("it waits", || lines() == 2);
    let before = broker.script(&["peers"]);
    thread::sleep(Duration::from_secs(25));
    assert_eq!(broker.script(&["peers"]), before);
    broker.script(&["hurry", "0"]);
    let _worker = cluster.worker(&[]);
    assert!(waiting.end().success(), "{}", waiting.log());
}

/// Otherwise the worker would send its result again at the beginning of each line, and the client its task.
#[test]
fn what_is_too_long_for_the_broker_is_an_error_of_its_task() {
    let (broker, _alone) = the_only_broker();
    let cluster = Cluster::on(&broker.url(), &[]);
    broker.script(&["shorten", "1000000"]);
    let _worker = cluster.worker(&[]);
    let ran = cluster.run(&["submit", "large", "2000000"]).expect_code(1);
    let why = "its result has 2000004 bytes, which is too long for the broker";
    assert!(ran.out.contains(why), "{ran:?}");
    let path = cluster.folder.text("file");
    fs::write(&path, vec![7; 2_000_000]).unwrap();
    let ran = cluster.run(&["submit", "file", &path]).expect_complaint(1);
    assert!(
        ran.err.contains("larger than configured max size 1000000"),
        "{ran:?}"
    );
    broker.script(&["shorten", "0"]);
    assert_eq!(cluster.results(&cluster.submit(&["square", "3"])), ["9"]);
}

#[test]
fn a_client_reports_that_the_broker_is_short_of_memory() {
    let (broker, _alone) = the_only_broker();
    let cluster = Cluster::on(&broker.url(), &[]);
    broker.script(&["alarm", "on"]);
    let ran = cluster
        .run(&["status", "--give-up", "0"])
        .expect_complaint(1);
    broker.script(&["alarm", "off"]);
    assert!(ran.err.contains("is short of disk or memory"), "{ran:?}");
}

#[test]
fn d12_the_broker_is_killed_and_each_task_has_one_result() {
    let (broker, _alone) = the_only_broker();
    storm(&broker, 5, "the only broker", |_| "1".to_owned());
}

#[test]
fn d12_the_leader_of_three_brokers_is_killed_and_each_task_has_one_result() {
    let brokers = Brokers::at("CLUSTER_THREE", 3);
    storm(&brokers, 6, "the leader of three brokers", |queues| {
        let leader = brokers.script(&["leader", &format!("{queues}.tasks")]);
        leader.trim().to_owned()
    });
}
