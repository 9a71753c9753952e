//! What a recorded pipe tells of sends and waits that came to nothing.

use std::time::Duration;

use common::{Kind, Settings};
use ipc_pipe::pipe;
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
    assert_eq!(&*ends[0].what, "receiving end");
    assert_eq!(&*ends[1].what, "sending end");
}
