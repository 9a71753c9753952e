//! Tests peers on slow lines, and a scheduler that is stopped for a while: no line is cut and no task
//! is lent twice as long as bytes arrive, or could not be looked for.
#![expect(clippy::unwrap_used, reason = "a test may")]

mod harness;

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use harness::{Cluster, Running, program};
use nix::sys::signal::Signal;

/// Longer than a lease.
const STOP: Duration = Duration::from_secs(4);

/// The pause between two pieces.
const PAUSE: Duration = Duration::from_millis(25);

/// A line to a scheduler, that carries little from the peer, and nothing to it while it is held.
struct Way {
    address: String,
    is_held: Arc<AtomicBool>,
}

impl Way {
    /// A line that carries this many bytes per [`PAUSE`] from the peer.
    fn to(cluster: &Cluster, piece: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let (is_held, there) = (Arc::new(AtomicBool::new(false)), cluster.address.clone());
        let way = Self {
            address,
            is_held: Arc::clone(&is_held),
        };
        thread::spawn(move || {
            for peer in listener.incoming().flatten() {
                let scheduler = TcpStream::connect(&there).unwrap();
                let back = [&scheduler, &peer].map(|it| it.try_clone().unwrap());
                let is_held = Arc::clone(&is_held);
                thread::spawn(move || pass_on(back, 64 << 10, &is_held));
                thread::spawn(move || pass_on([peer, scheduler], piece, &AtomicBool::new(false)));
            }
        });
        way
    }

    fn worker(&self, cluster: &Cluster, more: &[&str]) -> Running {
        let mut command = Command::new(program());
        let key = cluster.folder.text("key");
        command.args(["worker", "--at", &self.address, "--key", &key]);
        let mut worker = Running::start(command.args(more), &cluster.folder.path("slow worker"));
        worker.wait_for("is connected");
        worker
    }
}

fn pass_on([mut from, mut to]: [TcpStream; 2], piece: usize, is_held: &AtomicBool) {
    let mut bytes = vec![0; piece];
    loop {
        while is_held.load(Ordering::Relaxed) {
            thread::sleep(PAUSE);
        }
        match from.read(&mut bytes) {
            Ok(count @ 1..) if to.write_all(&bytes[..count]).is_ok() => {}
            _ => break,
        }
        if piece < 64 << 10 {
            thread::sleep(PAUSE);
        }
    }
    let _gone = to.shutdown(Shutdown::Both);
}

#[track_caller]
fn assert_no_worker_has_gone(cluster: &Cluster) {
    let log = cluster.scheduler.log();
    assert!(!log.contains("has gone"), "{log}");
    assert_eq!(cluster.count("late"), 0, "{log}");
}

/// A heartbeat waits behind them in the buffers of the system, for longer than a lease.
#[test]
fn results_that_take_longer_than_a_lease_to_arrive_keep_their_tasks() {
    let cluster = Cluster::start();
    let way = Way::to(&cluster, 10_000);
    let _worker = way.worker(&cluster, &["--ahead", "30"]);
    let batch = cluster.submit(&[&["large"][..], &["100000"; 24]].concat());
    assert_eq!(cluster.results(&batch).len(), 24);
    assert_no_worker_has_gone(&cluster);
}

/// The heartbeats that came meanwhile are read before the worker is judged.
#[test]
fn a_scheduler_that_was_stopped_hears_its_workers_before_it_gives_them_up() {
    let cluster = Cluster::start();
    let _worker = cluster.worker(&[]);
    cluster.scheduler.signal(Signal::SIGSTOP);
    thread::sleep(STOP);
    cluster.scheduler.signal(Signal::SIGCONT);
    let batch = cluster.submit(&["square", "3"]);
    assert_eq!(cluster.results(&batch), ["9"]);
    assert_no_worker_has_gone(&cluster);
}

/// The time in which it was stopped does not count against a worker that had no room just then.
#[test]
fn a_scheduler_that_was_stopped_while_it_wrote_goes_on_with_the_rest() {
    let cluster = Cluster::start();
    let way = Way::to(&cluster, 64 << 10);
    let _worker = way.worker(&cluster, &[]);
    let long = cluster.folder.path("long");
    std::fs::write(&long, vec![0; 16_000_000]).unwrap();
    way.is_held.store(true, Ordering::Relaxed);
    let batch = cluster.submit(&["file", &long.display().to_string()]);
    lesson_test::until("it is lent", || cluster.count("leased") == 1);
    cluster.scheduler.signal(Signal::SIGSTOP);
    thread::sleep(STOP);
    way.is_held.store(false, Ordering::Relaxed);
    cluster.scheduler.signal(Signal::SIGCONT);
    assert_eq!(cluster.results(&batch).len(), 1);
    assert_no_worker_has_gone(&cluster);
}
