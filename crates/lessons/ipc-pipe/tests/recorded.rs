//! What a recorded pipe tells of sends and waits that came to nothing.

use std::time::Duration;

use common::{Kind, Settings};
use ipc_pipe::{pipe, wait_any};
use timeline::Run;

/// The recorder is the process's own, so this is the only test here.
#[test]
fn a_message_that_was_given_back_is_not_lost_and_a_wait_that_was_given_up_is_in_the_log() {
    let log = std::env::temp_dir().join(format!("recorded-{}.jsonl", std::process::id()));
    let settings = Settings {
        pace: 0.0,
        seed: None,
        chaos: None,
        record: Some(log.clone()),
    };
    common::begin("recorded", &settings).unwrap();
    let (sender, receiver) = pipe::<u32>().unwrap();
    assert!(receiver.recv_timeout(Duration::from_millis(1)).is_err());
    sender.send(1).unwrap();
    assert_eq!(receiver.recv().unwrap(), 1);
    let (other, last) = pipe::<u32>().unwrap();
    let both = [&receiver, &last];
    // A look is no wait.
    assert_eq!(wait_any(&both, Duration::ZERO), None);
    assert_eq!(wait_any(&both, Duration::from_millis(1)), None);
    other.send(3).unwrap();
    assert_eq!(wait_any(&both, Duration::MAX), Some(1));
    assert_eq!(last.recv().unwrap(), 3);
    drop((other, last));
    drop(receiver);
    assert!(sender.send(2).is_err());
    drop(sender);
    assert_eq!(common::end(), None);
    let run = Run::read(&*std::fs::read(&log).unwrap()).unwrap();
    std::fs::remove_file(log).unwrap();
    assert_eq!(run.faults(), []);
    let kinds: Vec<_> = run.events.iter().map(|event| event.kind).collect();
    let expected = [
        Kind::Run,
        Kind::WaitLimit,
        Kind::GiveUp,
        Kind::Send,
        Kind::Recv,
        // For any of two.
        Kind::WaitLimit,
        Kind::GiveUp,
        Kind::Send,
        Kind::Recv,
        Kind::Close,
        Kind::Close,
        Kind::Close,
        Kind::Send,
        Kind::GiveUp,
        Kind::Close,
        Kind::Exit,
    ];
    assert_eq!(kinds, expected);
    let ends: Vec<_> = run
        .events
        .iter()
        .filter(|event| event.kind == Kind::Close)
        .collect();
    let ends: Vec<_> = ends.iter().map(|end| &*end.what).collect();
    let expected = [
        "sending end",
        "receiving end",
        "receiving end",
        "sending end",
    ];
    assert_eq!(ends, expected);
    let any = |event: &&timeline::Event| event.label() == "any of pipe, pipe 2";
    assert_eq!(run.events.iter().filter(any).count(), 2);
}
