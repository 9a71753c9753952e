//! The events of a wait for a message in the log.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::net::TcpListener;
use std::time::Duration;

use common::Kind;
use distributed::wire::{FromScheduler, ToScheduler};
use distributed::{Client, Connection};
use lesson_test::recorded;
use timeline::Run;

fn looks_and_waits() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let connection = Connection::connect(listener.local_addr().unwrap()).unwrap();
    let (stream, from) = listener.accept().unwrap();
    let scheduler = Connection::accepted(stream, from).unwrap();
    // A message that is there needs no wait.
    let _hello: ToScheduler = scheduler.recv_timeout(Duration::MAX).unwrap();
    // A check without waiting is not a wait.
    let look = connection.recv_timeout::<FromScheduler>(Duration::ZERO);
    look.unwrap_err();
    let wait = connection.recv_timeout::<FromScheduler>(Duration::from_millis(5));
    wait.unwrap_err();
    scheduler.close();
    let ended = connection.recv_timeout::<FromScheduler>(Duration::MAX);
    ended.unwrap_err();
}

/// A scheduler that has not noticed the end yet still sends to it.
#[test]
fn a_message_to_a_client_that_has_hung_up_was_not_lost() {
    let test = "a_message_to_a_client_that_has_hung_up_was_not_lost";
    let log = recorded(test, || {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let client = Client::connect(listener.local_addr().unwrap()).unwrap();
        let (stream, from) = listener.accept().unwrap();
        let scheduler = Connection::accepted(stream, from).unwrap();
        let _hello: ToScheduler = scheduler.recv_timeout(Duration::MAX).unwrap();
        drop(client);
        scheduler.send(&FromScheduler::Shutdown).unwrap();
    });
    let run = Run::read(log.as_bytes()).unwrap();
    assert_eq!(run.faults(), [], "{log}");
}

#[test]
fn a_wait_for_a_message_is_in_the_log() {
    let log = recorded("a_wait_for_a_message_is_in_the_log", looks_and_waits);
    let run = Run::read(log.as_bytes()).unwrap();
    let kinds: Vec<_> = run.events.iter().map(|event| event.kind).collect();
    let expected = [
        Kind::Run,
        Kind::Send,
        Kind::Recv,
        Kind::WaitLimit,
        Kind::GiveUp,
        Kind::Close,
        Kind::Exit,
    ];
    assert_eq!(kinds, expected);
    // If it had ended during the wait:
    let hangs: Vec<_> = log.lines().take(4).collect();
    let run = Run::read(hangs.join("\n").as_bytes()).unwrap();
    let findings: Vec<_> = run.check().iter().map(ToString::to_string).collect();
    let text = "When the log ends, main waits for a message over tcp ";
    assert!(findings.iter().any(|it| it.contains(text)), "{findings:?}");
}
