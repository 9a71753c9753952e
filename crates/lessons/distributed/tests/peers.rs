//! Peers that break the protocol: silent, slow, or with answers to other questions.
#![expect(clippy::unwrap_used, reason = "a test may")]

mod running;

use std::io::Read;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use distributed::limits::{GRACE, HELLO_LIMIT, SILENCE_LIMIT};
use distributed::wire::{FromScheduler, Role, ToScheduler};
use distributed::{Client, Connection, ConnectionError, MOST_CONNECTIONS, ResultError, TaskId};

use running::*;

/// A scheduler that answers each question with answers to others, without end.
fn start_flooder() -> (SocketAddr, Arc<AtomicBool>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let is_over = Arc::new(AtomicBool::new(false));
    let has_ended = Arc::clone(&is_over);
    thread::spawn(move || {
        let (stream, from) = listener.accept().unwrap();
        let connection = Connection::accepted(stream, from).unwrap();
        let other = FromScheduler::Unknown { id: TaskId(99) };
        while !has_ended.load(Ordering::Relaxed) && connection.send(&other).is_ok() {}
    });
    (address, is_over)
}

#[test]
fn a_client_gives_up_in_time_while_other_answers_keep_coming() {
    let (address, is_over) = start_flooder();
    let call = Call::start(move || {
        let mut client = Client::connect(address).unwrap();
        let asked = Instant::now();
        let result = client.result::<u64>(TaskId(0), Duration::from_millis(500));
        (result, asked.elapsed(), client.submit("square", &1_u64))
    });
    let (late, took, submitted) = call.end_within(SILENCE_LIMIT + LIMIT);
    assert!(matches!(late, Err(ResultError::Timeout { .. })), "{late:?}");
    assert!(took < SOON, "{took:?}");
    let error = submitted.unwrap_err();
    assert!(matches!(error, ConnectionError::Timeout(_)), "{error:?}");
    is_over.store(true, Ordering::Relaxed);
}

/// It is unknown whether the task has ended.
#[test]
fn a_cancel_without_an_answer_is_an_error_of_the_connection() {
    let (address, is_over) = start_flooder();
    let call = Call::start(move || Client::connect(address).unwrap().cancel(TaskId(0)));
    let error = call.end_within(SILENCE_LIMIT + LIMIT).unwrap_err();
    assert!(
        matches!(error, ResultError::Connection(ConnectionError::Timeout(_))),
        "{error:?}"
    );
    is_over.store(true, Ordering::Relaxed);
}

#[test]
fn a_client_gives_up_its_shutdown_in_time_while_other_answers_keep_coming() {
    let (address, is_over) = start_flooder();
    let call = Call::start(move || Client::connect(address).unwrap().shutdown());
    let error = call.end_within(SILENCE_LIMIT + LIMIT).unwrap_err();
    assert!(matches!(error, ConnectionError::Timeout(_)), "{error:?}");
    is_over.store(true, Ordering::Relaxed);
}

#[test]
fn d13_a_peer_that_sends_no_hello_is_dropped() {
    let running = Running::start();
    let mut silent = TcpStream::connect(running.address).unwrap();
    silent.set_read_timeout(Some(HELLO_LIMIT + LIMIT)).unwrap();
    assert_eq!(silent.read(&mut [0]).unwrap(), 0);
    running.end();
}

#[test]
fn d13_silent_peers_lock_no_other_out() {
    let running = Running::start();
    let worker = running.worker(squares);
    // The worker sends its role before the others come: until then it, too, is a silent peer, and
    // may have to make room.
    let mut first = running.client();
    let id = first.submit("square", &2_u64).unwrap();
    assert_eq!(first.result::<u64>(id, LIMIT).unwrap(), 4);
    let silent = [(); 2 * MOST_CONNECTIONS].map(|()| TcpStream::connect(running.address).unwrap());
    let mut client = running.client();
    let id = client.submit("square", &3_u64).unwrap();
    assert_eq!(client.result::<u64>(id, LIMIT).unwrap(), 9);
    drop(silent);
    running.end();
    worker.end_within(SOON).unwrap();
}

/// A client that has asked for something stays.
#[test]
fn d13_clients_that_ask_for_nothing_lock_no_other_out() {
    let running = Running::start();
    let worker = running.worker(squares);
    let mut first = running.client();
    let id = first.submit("square", &2_u64).unwrap();
    let silent = [(); 2 * MOST_CONNECTIONS].map(|()| running.client());
    // By then their roles have probably been received.
    thread::sleep(Duration::from_millis(200));
    let mut client = running.client();
    let other = client.submit("square", &3_u64).unwrap();
    assert_eq!(client.result::<u64>(other, LIMIT).unwrap(), 9);
    assert_eq!(first.result::<u64>(id, LIMIT).unwrap(), 4);
    drop(silent);
    running.end();
    worker.end_within(SOON).unwrap();
}

/// A live worker sends a heartbeat every second. The row is about times.
#[test]
fn d13_workers_that_have_fallen_silent_lock_no_other_out() {
    let running = Running::start();
    let silent = [(); MOST_CONNECTIONS].map(|()| running.peer());
    // By then their roles have probably been received.
    thread::sleep(Duration::from_millis(200));
    let started = Instant::now();
    while let Err(error) = running.client().submit("square", &3_u64) {
        assert!(started.elapsed() < SILENCE_LIMIT + SOON, "{error}");
        thread::sleep(Duration::from_millis(100));
    }
    drop(silent);
    running.end();
}

#[test]
fn d13_a_peer_of_another_version_is_refused_with_the_reason() {
    let running = Running::start();
    let stream = TcpStream::connect(running.address).unwrap();
    let from = stream.local_addr().unwrap();
    let peer = Connection::accepted(stream, from).unwrap();
    let role = Role::Worker;
    let hello = |version| ToScheduler::Hello { version, role };
    peer.send(&hello(7)).unwrap();
    let answer: FromScheduler = peer.recv_timeout(LIMIT).unwrap();
    let FromScheduler::Refused { why } = answer else {
        panic!("{answer:?}");
    };
    assert!(why.contains("version") && why.contains('7'), "{why}");
    running.end();
}

/// Messages of a worker are received even while the scheduler ends: none is lost between them.
#[test]
fn a_scheduler_that_ends_listens_until_its_workers_have_hung_up() {
    let running = Running::start();
    let worker = running.peer();
    let mut client = running.client();
    let id = client.submit("square", &3_u64).unwrap();
    assert_eq!(lease(&worker), id);
    let body = borsh::to_vec(&9_u64).unwrap();
    let attempt = FIRST;
    worker
        .send(&ToScheduler::Done { id, attempt, body })
        .unwrap();
    assert_eq!(client.result::<u64>(id, LIMIT).unwrap(), 9);
    client.shutdown().unwrap();
    for expected in [FromScheduler::Recorded { id }, FromScheduler::Shutdown] {
        let message: FromScheduler = worker.recv_timeout(LIMIT).unwrap();
        assert_eq!(message, expected);
    }
    for _ in 0..3 {
        // A closed connection reports that at the second message, at the latest.
        worker.send(&READY).unwrap();
        thread::sleep(GRACE / 20);
    }
    drop(worker);
    running.call.end_within(LIMIT).unwrap();
}
