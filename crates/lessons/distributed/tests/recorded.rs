//! What a wait for a message leaves in the log.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::net::TcpListener;
use std::time::Duration;

use common::{Kind, Settings};
use distributed::Connection;
use distributed::wire::{FromScheduler, ToScheduler};
use timeline::Run;

/// The recorder is the process's own, so this is the only test here.
#[test]
fn a_wait_for_a_message_is_in_the_log() {
    let log = std::env::temp_dir().join(format!("connection-{}.jsonl", std::process::id()));
    let settings = Settings {
        pace: 0.0,
        seed: None,
        chaos: None,
        record: Some(log.clone()),
    };
    common::begin("recorded", &settings).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let connection = Connection::connect(listener.local_addr().unwrap()).unwrap();
    let (stream, from) = listener.accept().unwrap();
    let scheduler = Connection::accepted(stream, from).unwrap();
    // What is there is not waited for.
    let _hello: ToScheduler = scheduler.recv_timeout(Duration::MAX).unwrap();
    // A look is no wait.
    let look = connection.recv_timeout::<FromScheduler>(Duration::ZERO);
    look.unwrap_err();
    let wait = connection.recv_timeout::<FromScheduler>(Duration::from_millis(5));
    wait.unwrap_err();
    scheduler.close();
    let ended = connection.recv_timeout::<FromScheduler>(Duration::MAX);
    ended.unwrap_err();
    assert_eq!(common::end(), None);

    let text = std::fs::read_to_string(&log).unwrap();
    std::fs::remove_file(log).unwrap();
    assert_the_wait_is_told(&text, from.port());
}

fn assert_the_wait_is_told(log: &str, port: u16) {
    let run = Run::read(log.as_bytes()).unwrap();
    let kinds: Vec<_> = run.events.iter().map(|event| event.kind).collect();
    let told = [
        Kind::Run,
        Kind::Send,
        Kind::Recv,
        Kind::WaitLimit,
        Kind::GiveUp,
        Kind::Exit,
    ];
    assert_eq!(kinds, told);
    // Had it ended in the wait:
    let hangs: Vec<_> = log.lines().take(4).collect();
    let run = Run::read(hangs.join("\n").as_bytes()).unwrap();
    let said: Vec<_> = run.check().iter().map(ToString::to_string).collect();
    let told = format!(
        "When the log ends, main waits for a message over tcp {}.",
        port
    );
    assert!(said.iter().any(|one| one.contains(&told)), "{said:?}");
}
