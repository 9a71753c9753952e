//! What recorded pipes tell of sends and waits that came to nothing.

use std::time::Duration;

use common::Kind;
use ipc_pipe::{pipe, wait_any};
use lesson_test::recorded;
use timeline::Run;

#[test]
fn a_message_that_was_given_back_is_not_lost_and_a_wait_that_was_given_up_is_in_the_log() {
    let test =
        "a_message_that_was_given_back_is_not_lost_and_a_wait_that_was_given_up_is_in_the_log";
    let log = recorded(test, || {
        let (sender, receiver) = pipe::<u32>().unwrap();
        assert!(receiver.recv_timeout(Duration::from_millis(1)).is_err());
        sender.send(1).unwrap();
        assert_eq!(receiver.recv().unwrap(), 1);
        drop(receiver);
        assert!(sender.send(2).is_err());
    });
    let run = Run::read(log.as_bytes()).unwrap();
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

#[test]
fn a_wait_for_any_of_several_pipes_is_in_the_log() {
    let log = recorded("a_wait_for_any_of_several_pipes_is_in_the_log", || {
        let ((_one, first), (other, last)) = (pipe::<u32>().unwrap(), pipe::<u32>().unwrap());
        let both = [&first, &last];
        // A look is no wait, nor is what finds a message.
        assert_eq!(wait_any(&both, Duration::ZERO), None);
        assert_eq!(wait_any(&both, Duration::from_millis(1)), None);
        other.send(3).unwrap();
        assert_eq!(wait_any(&both, Duration::MAX), Some(1));
    });
    let run = Run::read(log.as_bytes()).unwrap();
    let kinds = run.events.iter().map(|event| event.kind);
    let waits: Vec<_> = kinds.filter(|kind| *kind != Kind::Close).collect();
    let expected = [
        Kind::Run,
        Kind::WaitLimit,
        Kind::GiveUp,
        Kind::Send,
        Kind::Exit,
    ];
    assert_eq!(waits, expected);
    // Had it ended in the wait:
    let hangs: Vec<_> = log.lines().take(2).collect();
    let run = Run::read(hangs.join("\n").as_bytes()).unwrap();
    let said: Vec<_> = run.check().iter().map(ToString::to_string).collect();
    let told = "When the log ends, main waits for any of pipe, pipe 2.";
    assert!(said.iter().any(|one| one.contains(told)), "{said:?}");
}
