//! The scheduler, workers and clients together, over real connections. Here each runs in a thread;
//! `tests/processes.rs` has the rows that need processes.

mod running;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Mutex;
use std::time::Duration;

use distributed::wire::ToScheduler;
use distributed::{BindError, Client, ConnectionError, Registry, ResultError, Server, TaskId};

use running::*;

/// Row D01, with tasks for queues.
#[test]
fn d01_a_task_of_one_client_can_be_collected_by_another() {
    let running = Running::start();
    assert_ne!(running.address.port(), 0);
    let id = running.client().submit("square", &3_u64).unwrap();
    let worker = running.worker(squares);
    assert_eq!(running.client().result::<u64>(id, LIMIT).unwrap(), 9);
    running.end();
    worker.end_within(SOON).unwrap();
}

/// Row D05.
#[test]
fn d05_a_port_in_use_is_an_error_that_names_it() {
    let first = Server::bind("127.0.0.1:0").unwrap();
    let address = first.address().to_string();
    let error = Server::bind(&address).unwrap_err();
    assert!(matches!(error, BindError::Listen { .. }), "{error:?}");
    let text = error.to_string();
    assert!(text.contains(&address) && text.contains("in use"), "{text}");
}

#[test]
fn d03_only_this_machine_can_connect() {
    for open in ["0.0.0.0:0", "[::]:0", "192.0.2.1:0"] {
        let error = Server::bind(open).unwrap_err();
        assert!(matches!(error, BindError::NotLoopback { .. }), "{error:?}");
    }
    let error = Server::bind("127.0.0.1").unwrap_err();
    assert!(matches!(error, BindError::Unresolved { .. }), "{error:?}");
}

/// Row D06.
#[test]
fn d06_a_kind_that_is_not_registered_is_an_error_that_names_it() {
    let running = Running::start();
    let worker = running.worker(squares);
    let mut client = running.client();
    let cube = client.submit("cube", &3_u64).unwrap();
    let square = client.submit("square", &3_u64).unwrap();
    let error = client.result::<u64>(cube, LIMIT).unwrap_err();
    assert!(
        matches!(error, ResultError::Failed { id, .. } if id == cube),
        "{error:?}"
    );
    assert!(error.to_string().contains("'cube'"), "{error}");
    assert_eq!(client.result::<u64>(square, LIMIT).unwrap(), 9);
    running.end();
    worker.end_within(SOON).unwrap();
}

/// Row D09.
#[test]
fn d09_ten_tasks_and_two_workers_make_ten_results_each_task_done_once() {
    static DONE: Mutex<Vec<u64>> = Mutex::new(Vec::new());
    fn registry() -> Registry {
        Registry::new().with("square", |number: u64| {
            DONE.lock().unwrap().push(number);
            number * number
        })
    }
    let running = Running::start();
    let workers = [0; 2].map(|_| running.worker(registry));
    let mut client = running.client();
    let tasks = (0..10_u64).map(|number| client.submit("square", &number).unwrap());
    let tasks: Vec<_> = tasks.collect();
    for (number, &id) in (0..).zip(&tasks) {
        assert_eq!(id, TaskId(number));
        assert_eq!(client.result::<u64>(id, LIMIT).unwrap(), number * number);
    }
    let mut done = DONE.lock().unwrap().clone();
    done.sort_unstable();
    assert!(done.into_iter().eq(0..10));
    running.end();
    for worker in workers {
        worker.end_within(SOON).unwrap();
    }
}

/// Row D10.
#[test]
fn d10_a_client_blocked_in_result_is_disconnected_when_the_server_ends() {
    let running = Running::start();
    let address = running.address;
    let mut client = running.client();
    let id = client.submit("square", &3_u64).unwrap();
    let blocked = Call::start(move || client.result::<u64>(id, LIMIT));
    running.end();
    let error = blocked.end_within(SOON).unwrap_err();
    let disconnected = ResultError::Connection(ConnectionError::Disconnected);
    assert_eq!(error.to_string(), disconnected.to_string());
    let refused = Client::connect(address).unwrap_err();
    assert!(
        matches!(refused, ConnectionError::Connect { .. }),
        "{refused:?}"
    );
}

/// A client may give up its wait, and wait again.
#[test]
fn a_result_that_is_not_there_yet_can_be_waited_for_again() {
    let running = Running::start();
    let mut client = running.client();
    let first = client.submit("square", &3_u64).unwrap();
    let error = client
        .result::<u64>(first, Duration::from_millis(20))
        .unwrap_err();
    assert!(matches!(error, ResultError::Timeout { .. }), "{error:?}");
    let worker = running.worker(squares);
    // The answer to the abandoned question comes first, and is not taken for the other answer.
    let second = client.submit("square", &4_u64).unwrap();
    assert_eq!(client.result::<u64>(second, LIMIT).unwrap(), 16);
    assert_eq!(client.result::<u64>(first, LIMIT).unwrap(), 9);
    let error = client.result::<String>(first, LIMIT).unwrap_err();
    assert!(matches!(error, ResultError::Undecodable { .. }), "{error}");
    let error = client.result::<u64>(TaskId(99), LIMIT).unwrap_err();
    assert!(matches!(error, ResultError::Unknown { .. }), "{error:?}");
    running.end();
    worker.end_within(SOON).unwrap();
}

/// Row D13, for garbage instead of an answer: the connection is closed, the others go on.
#[test]
fn d13_garbage_closes_only_its_own_connection() {
    let running = Running::start();
    let worker = running.worker(squares);
    let mut client = running.client();
    for garbage in [
        &b"something bogus"[..],
        &u32::MAX.to_le_bytes(),
        &[1, 0, 0, 0, 99],
    ] {
        let mut stream = TcpStream::connect(running.address).unwrap();
        stream.write_all(garbage).unwrap();
        stream.set_read_timeout(Some(LIMIT)).unwrap();
        let closed = stream.read(&mut [0]);
        // The connection is reset, if it had sent more than was read.
        assert!(
            closed.as_ref().is_ok_and(|&count| count == 0)
                || closed
                    .as_ref()
                    .is_err_and(|e| e.kind() == std::io::ErrorKind::ConnectionReset),
            "{closed:?}"
        );
        let id = client.submit("square", &3_u64).unwrap();
        assert_eq!(client.result::<u64>(id, LIMIT).unwrap(), 9);
    }
    running.end();
    worker.end_within(SOON).unwrap();
}

/// Row D14.
#[test]
fn d14_a_blocked_client_holds_no_other_up() {
    let running = Running::start();
    let mut blocked = running.client();
    let id = blocked.submit("square", &1_u64).unwrap();
    let holder = running.peer();
    assert_eq!(lease(&holder), id);
    let blocked = Call::start(move || blocked.result::<u64>(id, LIMIT));
    let worker = running.worker(squares);
    let busy = [2, 3, 4].map(|number: u64| {
        let mut client = running.client();
        Call::start(move || {
            for _ in 0..50 {
                let id = client.submit("square", &number).unwrap();
                assert_eq!(client.result::<u64>(id, LIMIT).unwrap(), number * number);
            }
        })
    });
    for client in busy {
        client.end_within(LIMIT);
    }
    assert!(blocked.0.try_recv().is_err(), "it was blocked all the time");
    let body = borsh::to_vec(&1_u64).unwrap();
    let attempt = FIRST;
    holder
        .send(&ToScheduler::Done { id, attempt, body })
        .unwrap();
    assert_eq!(blocked.end_within(SOON).unwrap(), 1);
    running.end();
    worker.end_within(SOON).unwrap();
}
