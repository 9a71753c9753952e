//! Tests connections that are cut or slow: running tasks go on, and tasks on their way are not blamed.

use std::env;
use std::fs;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use lesson_test::{run_within, until};
use nix::sys::signal::Signal;

use super::queue::messages;
use super::{A_WHILE, gated};
use crate::harness::{Cluster, LIMIT, Running, broker, ends_well, program};
use crate::publish;

/// A connection to the broker that a test can cut or delay.
struct Way {
    address: String,
    ends: Arc<Mutex<Vec<TcpStream>>>,
    /// Whether the bytes from the broker are held back for now.
    is_held: Arc<AtomicBool>,
}

impl Way {
    fn new() -> Self {
        Self::slow(Duration::ZERO)
    }

    /// A way on which each 4 KiB from the broker take this long.
    fn slow(pause: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let way = Self {
            address: listener.local_addr().unwrap().to_string(),
            ends: Arc::default(),
            is_held: Arc::default(),
        };
        let url = broker();
        let (_, broker) = url.rsplit_once('@').unwrap();
        let broker = broker.split(',').next().unwrap().to_owned();
        let (ends, is_held) = (Arc::clone(&way.ends), Arc::clone(&way.is_held));
        thread::spawn(move || {
            for peer in listener.incoming().flatten() {
                let there = TcpStream::connect(&broker).unwrap();
                let both = [peer.try_clone().unwrap(), there.try_clone().unwrap()];
                ends.lock().unwrap().extend(both);
                let back = [there.try_clone().unwrap(), peer.try_clone().unwrap()];
                pass_on([peer, there], Arc::default(), Duration::ZERO);
                pass_on(back, Arc::clone(&is_held), pause);
            }
        });
        way
    }

    /// Starts a worker that connects through this connection.
    fn worker(&self, cluster: &Cluster, more: &[&str]) -> Running {
        let url = format!("amqp://guest:guest@{}", self.address);
        let mut command = Command::new(program());
        command.args(["worker", "--queues", &cluster.address, "--broker", &url]);
        let log = cluster.folder.path("worker-on-its-way");
        let mut worker = Running::start(command.args(more), &log);
        worker.wait_for("is connected");
        worker
    }

    fn cut(&self) {
        for end in self.ends.lock().unwrap().drain(..) {
            let _gone = end.shutdown(Shutdown::Both);
        }
    }
}

fn pass_on([mut from, mut to]: [TcpStream; 2], is_held: Arc<AtomicBool>, pause: Duration) {
    thread::spawn(move || {
        let mut bytes = [0; 4096];
        while let Ok(count @ 1..) = from.read(&mut bytes) {
            thread::sleep(pause);
            while is_held.load(Ordering::Relaxed) {
                thread::sleep(Duration::from_millis(1));
            }
            if to.write_all(&bytes[..count]).is_err() {
                break;
            }
        }
        let _gone = to.shutdown(Shutdown::Both);
    });
}

#[test]
fn a_host_whose_certificate_is_refused_is_passed_by() {
    let folder = env::var("CLUSTER_TLS").expect("scripts/rabbitmq-test runs this");
    let (ca, cluster) = (format!("{folder}/ca.pem"), Cluster::start());
    let plain = broker();
    let (_, port) = plain.rsplit_once(':').unwrap();
    let port = port.parse::<u16>().unwrap() + 1000;
    // The certificate names only the address.
    let url = format!("amqps://guest:guest@localhost:{port},127.0.0.1:{port}");
    let place = ["--queues", &cluster.address, "--broker", &url, "--ca", &ca];
    let mut command = Command::new(program());
    command.arg("worker").args(place);
    let mut worker = Running::start(&mut command, &cluster.folder.path("worker"));
    worker.wait_for("is connected to amqps://");
    let mut command = Command::new(program());
    let ran = run_within(LIMIT, command.args(["submit", "square", "3"]).args(place));
    assert_eq!(ran.expect_success().lines()[1..], ["9"]);
    worker.signal(Signal::SIGTERM);
    ends_well(&mut worker);
}

/// It takes longer than the 30 s after which a broker counts as silent.
#[test]
fn a_client_reads_the_log_to_its_end_however_slow_the_line_is() {
    let (cluster, way) = (Cluster::start(), Way::slow(Duration::from_millis(40)));
    publish(&format!("{}.log", cluster.address), &[7; 100_000], 36);
    let url = format!("amqp://guest:guest@{}", way.address);
    let mut command = Command::new(program());
    command.args(["status", "--queues", &cluster.address, "--broker", &url]);
    let _read = run_within(LIMIT, command.args(["--give-up", "0.1"])).expect_success();
}

/// Row D12. What still runs may kill the worker, and a suspect with it.
#[test]
fn d12_a_suspect_is_alone_also_after_the_line_was_cut() {
    let (cluster, way) = (Cluster::start(), Way::new());
    let worker = way.worker(&cluster, &["--jobs", "2", "--ahead", "0"]);
    let (first, batch) = gated(&cluster, "first");
    let (second, _batch) = gated(&cluster, "second");
    // The worker has no room for this task; another worker begins it, and dies.
    let mut doomed = cluster.worker(&["--jobs", "1", "--ahead", "0"]);
    let (suspect, suspected) = gated(&cluster, "suspect");
    doomed.kill();
    let begun = |gate: &std::path::Path| {
        let begun = fs::read_to_string(gate.with_extension("begun"));
        begun.unwrap().lines().count()
    };
    let before = begun(&suspect);
    until("it is a suspect", || messages(&cluster, "suspects") == 1);
    way.cut();
    until("the line is cut", || worker.log().contains("has lost"));
    fs::write(second, "").unwrap();
    thread::sleep(2 * A_WHILE);
    assert_eq!(begun(&suspect), before, "beside a task that runs");
    for gate in [first.clone(), suspect] {
        fs::write(gate, "").unwrap();
    }
    for batch in [batch, suspected] {
        assert_eq!(cluster.results(&batch).len(), 1);
    }
    until("all are acknowledged", || cluster.count("ready") == 0);
    assert_eq!(begun(&first), 1, "it was done, and need not be done again");
}

/// The other jobs of a worker wait while it runs a suspect, but not while another worker runs one.
#[test]
fn a_suspect_that_another_worker_has_keeps_no_job_waiting() {
    let cluster = Cluster::start();
    let _busy = cluster.worker(&["--jobs", "2", "--ahead", "0"]);
    let (gate, _long) = gated(&cluster, "gate");
    let (second, _short) = gated(&cluster, "second");
    let mut doomed = cluster.worker(&["--jobs", "1", "--ahead", "0"]);
    let (suspect, _suspected) = gated(&cluster, "suspect");
    doomed.kill();
    fs::write(second, "").unwrap();
    // The busy worker lets its other task end first, and one of its jobs waits.
    thread::sleep(A_WHILE);
    let mut free = cluster.worker(&["--jobs", "1", "--ahead", "0"]);
    free.wait_for("another has gone");
    // A gate gives up after 30 s, and then all jobs are free.
    let words = ["submit", "--limit", "15", "square", "3"];
    let ran = cluster.run(&words).expect_success();
    assert_eq!(ran.lines()[1..], ["9"]);
    for gate in [gate, suspect] {
        fs::write(gate, "").unwrap();
    }
}

/// The broker sends the task before it learns that the worker wants no more.
#[test]
fn a_task_on_its_way_to_a_worker_that_ends_is_no_suspect() {
    let (cluster, way) = (Cluster::start(), Way::new());
    let mut worker = way.worker(&cluster, &["--ahead", "9"]);
    assert_eq!(cluster.results(&cluster.submit(&["square", "3"])), ["9"]);
    way.is_held.store(true, Ordering::Relaxed);
    let batch = cluster.submit(&[&["square"][..], &["4"; 5]].concat());
    worker.signal(Signal::SIGTERM);
    // By then the worker has sent that it wants no more.
    thread::sleep(A_WHILE / 2);
    way.is_held.store(false, Ordering::Relaxed);
    ends_well(&mut worker);
    assert_eq!(messages(&cluster, "suspects"), 0);
    let _worker = cluster.worker(&[]);
    assert_eq!(cluster.results(&batch), ["16"; 5]);
}
