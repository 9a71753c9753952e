//! Limits on the time and the length of sent messages.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::mem;
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use distributed::limits::{MESSAGE_LIMIT, PASSED_ON_LIMIT};
use distributed::task::{Call, Key};
use distributed::wire::{FromScheduler, ToScheduler};
use distributed::{Connection, ConnectionError, TaskId};
use scheduler::outbox::Outbox;

const LIMIT: Duration = Duration::from_secs(60);

/// A connection, and the other end as a plain stream of bytes.
fn pair() -> (Connection, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let connection = Connection::connect(listener.local_addr().unwrap()).unwrap();
    let (stream, _) = listener.accept().unwrap();
    (connection, stream)
}

fn submit(len_bytes: usize) -> ToScheduler {
    let (kind, body) = ("square".to_owned(), vec![7; len_bytes]);
    let (key, call) = (Key { batch: 1, index: 2 }, Call { kind, body });
    ToScheduler::Submit { key, call }
}

/// The other thread's message, which the peer does not read, does not prolong its limit.
#[test]
fn a_send_that_waits_for_another_thread_fails_in_time() {
    let (connection, _never_read) = pair();
    let sent = AtomicU32::new(0);
    thread::scope(|scope| {
        let large = scope.spawn(|| {
            while connection
                .send_within(&submit(MESSAGE_LIMIT / 2), LIMIT)
                .is_ok()
            {
                sent.fetch_add(1, Ordering::Relaxed);
            }
        });
        let mut before = u32::MAX;
        let error = loop {
            thread::sleep(Duration::from_millis(300));
            let now = sent.load(Ordering::Relaxed);
            // It sends no more: the system's buffers are full.
            if now == mem::replace(&mut before, now) {
                match connection.send_within(&submit(1), Duration::from_millis(20)) {
                    Ok(()) => {}
                    Err(error) => break error,
                }
            }
        };
        let is_still_sending = !large.is_finished();
        connection.close();
        assert!(matches!(error, ConnectionError::Timeout(_)), "{error:?}");
        assert!(is_still_sending);
    });
}

/// Without that, the answer would be lost silently in the scheduler's outbox.
#[test]
fn a_peer_that_waits_for_an_answer_that_cannot_be_sent_is_disconnected() {
    let (peer, stream) = pair();
    let from = stream.peer_addr().unwrap();
    let connection = Arc::new(Connection::accepted(stream, from).unwrap());
    let result = thread::scope(|scope| {
        let outbox = Outbox::start(scope, connection, 1).unwrap();
        let (id, outcome) = (TaskId(0), Ok(vec![7; PASSED_ON_LIMIT]));
        outbox.put(&FromScheduler::Finished { id, outcome });
        peer.recv_timeout::<FromScheduler>(LIMIT / 4)
    });
    assert!(
        matches!(result, Err(ConnectionError::Disconnected)),
        "{result:?}"
    );
}

/// Otherwise a client that lost the processor for all of a short limit would lose its connection.
#[test]
fn a_message_for_which_there_is_room_is_written_even_if_the_limit_is_over() {
    let (connection, stream) = pair();
    let from = stream.peer_addr().unwrap();
    let other = Connection::accepted(stream, from).unwrap();
    let sealed = connection.seal(&submit(1)).unwrap();
    connection.write(&sealed, Duration::ZERO).unwrap();
    let _hello: ToScheduler = other.recv_timeout(LIMIT).unwrap();
    assert_eq!(other.recv_timeout::<ToScheduler>(LIMIT).unwrap(), submit(1));
}

#[test]
fn a_limit_beyond_every_clock_is_no_limit() {
    let (connection, stream) = pair();
    let from = stream.peer_addr().unwrap();
    let other = Connection::accepted(stream, from).unwrap();
    connection.send_within(&submit(1), Duration::MAX).unwrap();
    let _hello: ToScheduler = other.recv_timeout(Duration::MAX).unwrap();
    let received: ToScheduler = other.recv_timeout(Duration::MAX).unwrap();
    assert_eq!(received, submit(1));
}
