//! Messages over a real connection, and bytes that are not messages.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use distributed::limits::{MESSAGE_LIMIT, PASSED_ON_LIMIT, SILENCE_LIMIT};
use distributed::task::{Call, Ended, Key, Status};
use distributed::wire::{FromScheduler, Role, ToScheduler, VERSION};
use distributed::{Connection, ConnectionError, TaskId};

const LIMIT: Duration = Duration::from_secs(20);

const KEY: Key = Key { batch: 1, index: 2 };

const HELLO: ToScheduler = ToScheduler::Hello {
    version: VERSION,
    role: Role::Worker,
};

/// A connection, and the other end as a plain stream of bytes.
fn pair() -> (Connection, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let connection = Connection::connect(listener.local_addr().unwrap()).unwrap();
    let (mut stream, _) = listener.accept().unwrap();
    let hello = framed(&borsh::to_vec(&HELLO).unwrap());
    let mut first = vec![0; hello.len()];
    stream.read_exact(&mut first).unwrap();
    assert_eq!(first, hello);
    (connection, stream)
}

fn pair_of_connections() -> (Connection, Connection) {
    let (connection, stream) = pair();
    let from = stream.peer_addr().unwrap();
    (connection, Connection::accepted(stream, from).unwrap())
}

fn received(bytes: &[u8]) -> Result<ToScheduler, ConnectionError> {
    let (connection, mut stream) = pair();
    stream.write_all(bytes).unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    let result = connection.recv_timeout(LIMIT);
    if let Err(ConnectionError::Malformed(_)) = result {
        assert!(connection.send(&ToScheduler::Status).is_err(), "still open");
    }
    result
}

fn framed(body: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    common::frame::write(&mut bytes, body).unwrap();
    bytes
}

fn submit(len_bytes: usize) -> ToScheduler {
    let (kind, body) = ("square".to_owned(), vec![7; len_bytes]);
    let (key, call) = (KEY, Call { kind, body });
    ToScheduler::Submit { key, call }
}

fn all_to_scheduler(id: TaskId) -> Vec<ToScheduler> {
    let (body, message, attempt) = (vec![0, 255], "Дa, é".to_owned(), u32::MAX);
    let (batch, since, held) = (1, 2, vec![id, TaskId(0)]);
    vec![
        HELLO,
        submit(0),
        ToScheduler::Collect { id },
        ToScheduler::Shutdown,
        ToScheduler::Results { batch, since },
        ToScheduler::Batch { batch },
        ToScheduler::CancelBatch { batch },
        ToScheduler::Forget { batch },
        ToScheduler::Cancel { id },
        ToScheduler::Dead { since: id },
        ToScheduler::Retry { id },
        ToScheduler::Status,
        ToScheduler::Drain { limit_ms: 7 },
        ToScheduler::Credit { most: 3 },
        ToScheduler::Started { id, attempt },
        ToScheduler::Done { id, attempt, body },
        ToScheduler::Failed {
            id,
            attempt,
            message,
        },
        ToScheduler::Release { id, attempt },
        ToScheduler::Heartbeat { held },
    ]
}

fn all_from_scheduler(id: TaskId) -> Vec<FromScheduler> {
    let (kind, body, why) = (String::new(), vec![1], "no".to_owned());
    let (attempt, call, key) = (1, Call { kind, body }, KEY);
    let (index, outcome) = (0, Ok(vec![1]));
    let (since, next, ended) = (0, 1, vec![Ended { id, index, outcome }]);
    let (batch, count) = (7, 2);
    let tasks = vec![(id, "no".to_owned())];
    let outcomes = [Ok(vec![3]), Err("no".to_owned())];
    let finished = outcomes.map(|outcome| FromScheduler::Finished { id, outcome });
    let mut all = vec![
        FromScheduler::Accepted { id, key },
        FromScheduler::Busy { key },
        FromScheduler::Results { since, next, ended },
        FromScheduler::Dead { tasks },
        FromScheduler::Status(Status::default()),
        FromScheduler::Batch {
            batch,
            kind: "square".to_owned(),
            tasks: count,
            of: 0,
            ended: count,
        },
        FromScheduler::Recorded { id },
        FromScheduler::Revoked { id },
        FromScheduler::Unknown { id },
        FromScheduler::Lease { id, attempt, call },
        FromScheduler::Shutdown,
        FromScheduler::Refused { why },
    ];
    all.extend(finished);
    all
}

/// Row D02, for what the scheduler carries.
#[test]
fn d02_every_message_comes_back_equal() {
    let (a, b) = pair_of_connections();
    for message in all_to_scheduler(TaskId(u64::MAX)) {
        a.send(&message).unwrap();
        assert_eq!(b.recv_timeout::<ToScheduler>(LIMIT).unwrap(), message);
    }
    for message in all_from_scheduler(TaskId(u64::MAX)) {
        b.send(&message).unwrap();
        assert_eq!(a.recv_timeout::<FromScheduler>(LIMIT).unwrap(), message);
    }
}

#[test]
fn d13_a_message_cut_at_any_byte_is_malformed_and_not_an_end() {
    let whole = framed(&borsh::to_vec(&submit(3)).unwrap());
    assert_eq!(received(&whole).unwrap(), submit(3));
    for cut in 1..whole.len() {
        let result = received(&whole[..cut]);
        assert!(
            matches!(result, Err(ConnectionError::Malformed(_))),
            "{cut}: {result:?}"
        );
    }
    assert!(matches!(received(&[]), Err(ConnectionError::Disconnected)));
}

#[test]
fn d13_garbage_is_malformed() {
    let body = borsh::to_vec(&submit(3)).unwrap();
    let mut left_over = body.clone();
    left_over.push(0);
    let mut claims_more = body.clone();
    // The length of the argument: 3.
    claims_more[1 + 12 + 4 + 6..][..4].copy_from_slice(&u32::MAX.to_le_bytes());
    let garbage = [&b"GET / HTTP/1.1\r\n\r\n"[..], b"something bogus"];
    let garbage = garbage.map(<[u8]>::to_vec).into_iter();
    for bytes in garbage.chain([
        framed(&[]),
        framed(&[99]),
        framed(&left_over),
        framed(&claims_more),
    ]) {
        let result = received(&bytes);
        assert!(
            matches!(result, Err(ConnectionError::Malformed(_))),
            "{bytes:?}: {result:?}"
        );
    }
}

#[test]
fn d13_a_length_above_the_limit_is_refused_before_its_bytes_come() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut to_scheduler = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let (stream, from) = listener.accept().unwrap();
    let scheduler = Connection::accepted(stream, from).unwrap();
    let (client, mut to_client) = pair();
    for (connection, stream, limit) in [
        (scheduler, &mut to_scheduler, MESSAGE_LIMIT),
        (client, &mut to_client, PASSED_ON_LIMIT),
    ] {
        let above = u32::try_from(limit + 1).unwrap();
        stream.write_all(&above.to_le_bytes()).unwrap();
        let asked = Instant::now();
        let result = connection.recv_timeout::<ToScheduler>(LIMIT);
        assert!(
            matches!(result, Err(ConnectionError::Malformed(_))),
            "{result:?}"
        );
        assert!(asked.elapsed() < LIMIT);
    }
}

#[test]
fn d15_the_largest_message_crosses_and_a_larger_one_leaves_the_connection_good() {
    let (a, b) = pair_of_connections();
    let overhead = borsh::to_vec(&submit(0)).unwrap().len();
    let largest = MESSAGE_LIMIT - overhead;
    let result = a.send(&submit(largest + 1));
    assert!(
        matches!(result, Err(ConnectionError::Unsendable(_))),
        "{result:?}"
    );
    let sender = thread::spawn(move || a.send(&submit(largest)));
    assert_eq!(
        b.recv_timeout::<ToScheduler>(LIMIT).unwrap(),
        submit(largest)
    );
    sender.join().unwrap().unwrap();
}

/// The row is about times: an end of patience takes nothing, and half a message is waited for no
/// longer than the limit on silence.
#[test]
fn a_wait_that_is_given_up_takes_no_part_of_a_message() {
    let (connection, mut stream) = pair();
    for limit in [Duration::ZERO, Duration::from_millis(50)] {
        let asked = Instant::now();
        let late = connection.recv_timeout::<ToScheduler>(limit);
        assert!(matches!(late, Err(ConnectionError::Timeout(_))), "{late:?}");
        assert!(asked.elapsed() >= limit);
    }
    let whole = framed(&borsh::to_vec(&submit(3)).unwrap());
    stream.write_all(&whole).unwrap();
    stream.write_all(&whole[..5]).unwrap();
    assert_eq!(
        connection.recv_timeout::<ToScheduler>(LIMIT).unwrap(),
        submit(3)
    );
    let asked = Instant::now();
    let result = connection.recv_timeout::<ToScheduler>(LIMIT);
    assert!(
        matches!(result, Err(ConnectionError::Malformed(_))),
        "{result:?}"
    );
    assert!(asked.elapsed() < SILENCE_LIMIT + LIMIT);
}

/// A client may ask now and then, with a pause that is longer than any limit.
#[test]
fn the_time_between_two_calls_does_not_count_against_a_message() {
    let (connection, mut stream) = pair();
    let whole = framed(&borsh::to_vec(&submit(3)).unwrap());
    stream.write_all(&whole[..5]).unwrap();
    for pause in [SILENCE_LIMIT, Duration::ZERO] {
        let early = connection.recv_timeout::<ToScheduler>(Duration::from_millis(50));
        assert!(
            matches!(early, Err(ConnectionError::Timeout(_))),
            "{early:?}"
        );
        thread::sleep(pause);
    }
    stream.write_all(&whole[5..]).unwrap();
    assert_eq!(
        connection.recv_timeout::<ToScheduler>(LIMIT).unwrap(),
        submit(3)
    );
}

#[test]
fn messages_of_two_threads_never_run_into_each_other() {
    let (a, b) = pair_of_connections();
    let a = Arc::new(a);
    let senders = [700_000_usize, 900_000].map(|len_bytes| {
        let a = Arc::clone(&a);
        thread::spawn(move || (0..50).try_for_each(|_| a.send(&submit(len_bytes))))
    });
    for _ in 0..100 {
        let message: ToScheduler = b.recv_timeout(LIMIT).unwrap();
        assert!([submit(700_000), submit(900_000)].contains(&message));
    }
    for sender in senders {
        sender.join().unwrap().unwrap();
    }
}

#[test]
fn a_send_to_a_peer_that_reads_nothing_fails_in_time() {
    let (connection, _never_read) = pair();
    let asked = Instant::now();
    while connection.send(&submit(MESSAGE_LIMIT / 2)).is_ok() {
        assert!(
            asked.elapsed() < LIMIT,
            "the buffers of the system have no end"
        );
    }
    assert!(asked.elapsed() < SILENCE_LIMIT + LIMIT);
    let result = connection.recv_timeout::<ToScheduler>(LIMIT);
    assert!(
        matches!(result, Err(ConnectionError::Disconnected)),
        "{result:?}"
    );
}

/// One byte at a time is no way to occupy a thread forever.
#[test]
fn d13_a_message_that_trickles_in_is_given_up_in_time() {
    let (connection, mut stream) = pair();
    let trickle = thread::spawn(move || {
        let whole = framed(&borsh::to_vec(&submit(1000)).unwrap());
        for byte in whole {
            if stream.write_all(&[byte]).is_err() {
                return;
            }
            thread::sleep(Duration::from_millis(20));
        }
    });
    let asked = Instant::now();
    let result = connection.recv_timeout::<ToScheduler>(LIMIT);
    assert!(
        matches!(result, Err(ConnectionError::Malformed(_))),
        "{result:?}"
    );
    assert!(asked.elapsed() < SILENCE_LIMIT + LIMIT);
    drop(connection);
    trickle.join().unwrap();
}

/// Row D05.
#[test]
fn d05_a_port_without_a_listener_refuses_at_once() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let asked = Instant::now();
    let text = Connection::connect(address).unwrap_err().to_string();
    assert!(
        text.contains(&address.to_string()) && text.contains("refused"),
        "{text}"
    );
    assert!(asked.elapsed() < LIMIT);
}

#[test]
fn a_limit_holds_while_a_message_trickles_in_and_the_message_is_not_lost() {
    let (connection, mut stream) = pair();
    let trickle = thread::spawn(move || {
        for byte in framed(&borsh::to_vec(&submit(60)).unwrap()) {
            stream.write_all(&[byte]).unwrap();
            thread::sleep(Duration::from_millis(10));
        }
        stream
    });
    let asked = Instant::now();
    let mut given_up = 0;
    let message: ToScheduler = loop {
        match connection.recv_timeout(Duration::from_millis(50)) {
            Ok(message) => break message,
            Err(ConnectionError::Timeout(_)) => given_up += 1,
            Err(error) => panic!("{error}"),
        }
        assert!(asked.elapsed() < LIMIT);
    };
    assert_eq!(message, submit(60));
    assert!(given_up >= 2, "{given_up}");
    drop(trickle.join().unwrap());
}
