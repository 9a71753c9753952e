//! The log of recorded pipes: sends that failed and waits that found nothing.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use common::{Kind, Trace};
use ipc_pipe::{byte_pipe, pipe, wait_any};
use lesson_test::{recorded, until};
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

/// For each of two pipes, whether the reader has begun to wait there.
static WAITS: [AtomicBool; 2] = [const { AtomicBool::new(false) }; 2];

fn until_the_reader_waits(at: usize) {
    until("the reader waits", || WAITS[at].load(Ordering::SeqCst));
}

/// A writer sends a message longer than the pipe's room, and a reader checks before it reads.
fn send_a_message_that_does_not_fit() {
    common::observe(|kind, on, what| {
        if kind == Kind::Wait && what.as_str() == Some("") {
            WAITS[usize::from(on == "pipe 2")].store(true, Ordering::SeqCst);
        }
    });
    let long = vec![0_u8; 3 << 20];
    let (sender, receiver) = pipe::<Vec<u8>>().unwrap();
    let (byte_sender, byte_receiver) = byte_pipe().unwrap();
    let message = long.clone();
    let writer = thread::Builder::new().name("writer".to_owned());
    let writer = writer.spawn(move || {
        until_the_reader_waits(0);
        sender.send(Vec::new()).unwrap();
        sender.send(message.clone()).unwrap();
        Trace::named("then").begins(1);
        until_the_reader_waits(1);
        byte_sender.send(&message).unwrap();
        Trace::named("then").begins(2);
        (sender, byte_sender)
    });
    assert!(receiver.poll(Duration::MAX));
    Trace::named("then").begins(1);
    assert_eq!(receiver.recv().unwrap(), []);
    assert_eq!(receiver.recv().unwrap(), long);
    let mut buffer = long;
    let read = byte_receiver.recv_into(&mut buffer).unwrap();
    assert_eq!(read.unwrap(), buffer.len());
    let _open = writer.unwrap().join().unwrap();
}

/// In the log, each process waits from when it has to until it has what it waits for: room, or a
/// message, even one that it does not take yet.
#[test]
fn a_wait_for_room_or_for_a_look_is_in_the_log_and_so_is_its_end() {
    use Kind::{Begin, Recv, Resume, Send, Wait};

    let test = "a_wait_for_room_or_for_a_look_is_in_the_log_and_so_is_its_end";
    let log = recorded(test, send_a_message_that_does_not_fit);
    let run = Run::read(log.as_bytes()).unwrap();
    assert_eq!(run.faults(), []);
    let kinds = |lane: &str| {
        let lane = run.lanes.iter().find(|one| one.name == lane).unwrap();
        let kinds = lane.events.iter().map(|&event| run.events[event].kind);
        kinds.collect::<Vec<_>>()
    };
    let full = [Send, Wait, Resume, Begin];
    let writer = kinds("writer");
    assert!(
        writer.ends_with(&[&[Send], &full[..], &full].concat()),
        "{log}"
    );
    let main = kinds("main");
    assert_eq!(main[1..4], [Wait, Resume, Begin], "{log}");
    let bytes = main.iter().rposition(|kind| *kind == Recv).unwrap();
    assert_eq!(main[bytes - 1], Wait, "{log}");
}

#[test]
fn a_wait_for_any_of_several_pipes_is_in_the_log() {
    let log = recorded("a_wait_for_any_of_several_pipes_is_in_the_log", || {
        let ((_one, first), (other, last)) = (pipe::<u32>().unwrap(), pipe::<u32>().unwrap());
        let both = [&first, &last];
        // A call that cannot wait is not logged as a wait, and neither is one that finds a message.
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
    // The log as it would be if the run had ended during the wait:
    let hangs: Vec<_> = log.lines().take(2).collect();
    let run = Run::read(hangs.join("\n").as_bytes()).unwrap();
    let findings: Vec<_> = run.check().iter().map(ToString::to_string).collect();
    let text = "When the log ends, main waits for any of pipe, pipe 2.";
    assert!(findings.iter().any(|it| it.contains(text)), "{findings:?}");
}
